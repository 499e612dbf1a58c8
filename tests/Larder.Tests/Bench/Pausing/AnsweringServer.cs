using System.Net;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Tests.Bench.Pausing;

/// <summary>
/// Answers each command with what a function says: bytes, maybe none; null closes the connection. The line of a set's
/// value is no command.
/// </summary>
internal sealed class AnsweringServer : IConnectionFactory, IDisposable
{
    private readonly Func<string, string?> _answer;
    private readonly StreamServer _server;

    public AnsweringServer(Func<string, string?> answer)
    {
        _answer = answer;
        _server = new StreamServer(new DriverOptions { Threads = 1 }, this);
        _server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        _server.Start();
    }

    public EndPoint EndPoint => _server.Listeners[0].LocalEndPoint!;

    public Connection Create(Listener listener) => new LineConnection(_answer);

    public void Dispose()
    {
        _server.Stop(StopMode.Fast);
        _server.Dispose();
    }

    private sealed class LineConnection(Func<string, string?> answer) : Connection
    {
        private bool _isValue;

        protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
        {
            consumed = 0;
            int length;
            while ((length = input[consumed..].IndexOf((byte)'\n')) >= 0)
            {
                string line = Encoding.ASCII.GetString(input.Slice(consumed, length)).TrimEnd('\r');
                consumed += length + 1;
                if (_isValue)
                {
                    _isValue = false;
                    continue;
                }

                _isValue = line.StartsWith("set ", StringComparison.Ordinal);
                if (answer(line) is not { } reply)
                    return InputState.Close;
                Output.Write(Encoding.ASCII.GetBytes(reply));
            }

            return InputState.NeedMore;
        }
    }
}
