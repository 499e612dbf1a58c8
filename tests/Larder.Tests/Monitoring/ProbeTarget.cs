using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Larder.Tests.Monitoring;

/// <summary>A server that answers every line in the same way, on a port of its own.</summary>
internal sealed class ProbeTarget : IDisposable
{
    public const string Version = "VERSION 1.2.3\r\n";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _clients = []; // owner: itself, as a lock
    private readonly Task _serving;
    private int _connectionCount;

    /// <summary>A server that listens.</summary>
    /// <param name="answer">What it sends for each line; null: nothing, and it stays silent.</param>
    /// <param name="port">Its port; 0 for any.</param>
    public ProbeTarget(string? answer = Version, int port = 0)
    {
        Answer = answer;
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _serving = Serve();
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>What it sends for each line.</summary>
    public string? Answer { get; set; }

    /// <summary>Whether answers leave byte by byte.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Whether a connection ends with its first answer.</summary>
    public bool IsBrief { get; init; }

    /// <summary>Connections that it has seen.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        lock (_clients)
        {
            foreach (Socket client in _clients) client.Dispose();
        }
        _serving.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _stop.Dispose();
    }

    private async Task Serve()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client = await _listener.AcceptAsync(_stop.Token);
            client.NoDelay = true;
            Interlocked.Increment(ref _connectionCount);
            lock (_clients) _clients.Add(client);
            _ = Talk(client).ContinueWith(
                static (_, socket) => ((Socket)socket!).Dispose(), client, TaskScheduler.Default);
        }
    }

    private async Task Talk(Socket client)
    {
        byte[] buffer = new byte[256];
        while (await client.ReceiveAsync(buffer, _stop.Token) > 0)
        {
            if (Answer is not { } answer) continue;
            byte[] bytes = Encoding.Latin1.GetBytes(answer);
            for (int i = 0, step = IsSlow ? 1 : bytes.Length; i < bytes.Length; i += step)
                await client.SendAsync(bytes.AsMemory(i, step), _stop.Token);
            if (IsBrief || bytes.Length == 0) return;
        }
    }
}
