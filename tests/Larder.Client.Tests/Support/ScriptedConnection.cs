using System.Net.Sockets;
using System.Text;

namespace Larder.Client.Tests.Support;

/// <summary>One connection to a <see cref="ScriptedServer"/>.</summary>
internal sealed class ScriptedConnection(Socket socket, int number, CancellationToken ending) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly List<byte> _line = [];

    /// <summary>Counted from 1.</summary>
    public int Number => number;

    /// <summary>Ends when the server is disposed of.</summary>
    public CancellationToken Ending => ending;

    public Exception? EndedBy { get; set; }

    /// <summary>The next line without its end; null when the client has closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        byte[] one = new byte[1];
        _line.Clear();
        while (await _stream.ReadAsync(one, ending) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString(_line.ToArray()).TrimEnd('\r');
            _line.Add(one[0]);
        }
        return null;
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), ending);

    /// <summary>Each byte in a packet of its own, as far as the kernel can be made to.</summary>
    public async Task SendSlowlyAsync(string text)
    {
        socket.NoDelay = true;
        foreach (byte value in Encoding.Latin1.GetBytes(text)) await _stream.WriteAsync(new[] { value }, ending);
    }

    /// <summary>Waits until the server is disposed of.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, ending);

    /// <summary>What the client sent as opaque: <c> O17</c> gives 17.</summary>
    public static string OpaqueOf(string line) => line[(line.LastIndexOf(" O", StringComparison.Ordinal) + 2)..];

    /// <summary>The key of a meta line.</summary>
    public static string KeyOf(string line) => line.Split(' ')[1];

    public void Dispose() => _stream.Dispose();
}
