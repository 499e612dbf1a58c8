using System.Net;
using System.Net.Sockets;
using Larder.Client.Routing;

namespace Larder.Client.Tests.Support;

/// <summary>A server that does with each connection what the test says, until it is disposed of.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<ScriptedConnection, Task> _script;
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _serving = [];
    private readonly Task _accepting;
    private int _accepted;
    private bool _isDisposed;

    public ScriptedServer(Func<ScriptedConnection, Task> script)
    {
        _script = script;
        _listener.Start();
        Address = new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _accepting = AcceptAsync();
    }

    public ServerAddress Address { get; }

    /// <summary>How many connections came.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await _ending.CancelAsync();
        await _accepting;
        await Task.WhenAll(_serving);
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_ending.Token);
                int number = Interlocked.Increment(ref _accepted);
                _serving.Add(ServeAsync(new ScriptedConnection(socket, number, _ending.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            _listener.Stop();
        }
    }

    private async Task ServeAsync(ScriptedConnection connection)
    {
        using (connection)
        {
            try
            {
                await _script(connection);
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or SocketException)
            {
                connection.EndedBy = end;
            }
        }
    }
}
