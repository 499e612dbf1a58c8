using System.Net.Sockets;

namespace Larder.Events.Tests.Support;

/// <summary>
/// A client's stream in which one byte of what it writes is changed, or which ends before it when the change is 0. What
/// is written later is lost.
/// </summary>
internal sealed class GarblingStream(Socket socket, int at, byte change) : ClientStream(socket)
{
    private bool _isOver;

    protected override void Interfere(ReadOnlySpan<byte> buffer)
    {
        if (_isOver)
        {
            return;
        }
        int before = at - Written;
        _isOver = before < buffer.Length;
        if (!_isOver)
        {
            Inner.Write(buffer);
            return;
        }
        byte[] bytes = change == 0 ? buffer[..before].ToArray() : buffer.ToArray();
        if (change != 0)
        {
            bytes[before] ^= change;
        }
        Inner.Write(bytes);
        Inner.Socket.Shutdown(SocketShutdown.Send); // a length that grew would wait for ever
    }
}
