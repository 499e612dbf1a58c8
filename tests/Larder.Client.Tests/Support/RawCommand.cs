using System.Net;
using System.Net.Sockets;

namespace Larder.Client.Tests.Support;

/// <summary>One line to a server, past the client.</summary>
internal static class RawCommand
{
    /// <summary>Sends a line and returns the first line of the answer.</summary>
    public static async Task<string> SendAsync(int port, string line)
    {
        using TcpClient socket = new();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await using NetworkStream stream = socket.GetStream();
        await using StreamWriter writer = new(stream) { NewLine = "\r\n" };
        using StreamReader reader = new(stream);
        await writer.WriteLineAsync(line);
        await writer.FlushAsync();
        return await reader.ReadLineAsync() ?? throw new EndOfStreamException();
    }
}
