using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Tls;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>Larder's own client side: connections that ask one line over TLS and keep the answer.</summary>
internal sealed class TlsCaller : IDisposable
{
    private readonly FrontEnd _frontEnd;
    private readonly TlsClient _client;

    public TlsCaller(TlsClientOptions options, Trigger trigger = Trigger.Edge)
    {
        _client = new TlsClient(options);
        _frontEnd = new FrontEnd(0, new DriverOptions { Threads = 1, Trigger = trigger });
        _frontEnd.Start();
    }

    public TlsCounters Counters => _client.Counters;

    /// <summary>The answer to one line, on a connection of its own; null when it was not agreed upon.</summary>
    public string? Ask(EndPoint endPoint, string line)
    {
        using var call = new Call(line);
        Connector.Connect(endPoint, call, _frontEnd, _client);
        return call.Answer();
    }

    public void Dispose()
    {
        _frontEnd.Dispose();
        _client.Dispose();
    }

    private sealed class Call(string line) : Connection, IDisposable
    {
        private readonly BlockingCollection<string?> _answers = [];

        protected internal override bool SpeaksFirst => true;

        public string? Answer()
        {
            Assert.True(_answers.TryTake(out string? answer, LineClient.DeadlineMs), "no answer and no end");
            Until.True(() => _answers.IsAddingCompleted, "closed");
            return answer;
        }

        public void Dispose() => _answers.Dispose();

        protected override void OnOpened(Turn turn) => Output.Write(Encoding.ASCII.GetBytes(line + "\n"));

        protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
        {
            consumed = input.IndexOf((byte)'\n') + 1;
            if (consumed == 0)
            {
                return InputState.NeedMore;
            }
            _answers.Add(Encoding.ASCII.GetString(input[..(consumed - 1)]));
            return InputState.Close;
        }

        protected override void OnClosed(Turn? turn, CloseReason reason)
        {
            _answers.Add(null);
            _answers.CompleteAdding();
        }
    }
}
