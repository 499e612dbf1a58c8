using System.Net.Sockets;

namespace Larder.Events.Tests.Support;

/// <summary>
/// What a client writes, cut: each byte alone, or everything up to one position and the rest after somebody has let it
/// go on. Reads take one byte at a time when each byte is cut.
/// </summary>
internal sealed class CutStream(Socket socket, int cutAt, Action whenCut) : ClientStream(socket)
{
    /// <summary>Cuts everywhere.</summary>
    public CutStream(Socket socket)
        : this(socket, -1, static () => { })
    {
    }

    public override int Read(Span<byte> buffer)
        => base.Read(cutAt < 0 ? buffer[..Math.Min(1, buffer.Length)] : buffer);

    protected override void Interfere(ReadOnlySpan<byte> buffer)
    {
        if (cutAt < 0)
        {
            foreach (ref readonly byte value in buffer)
            {
                Inner.WriteByte(value);
            }
            return;
        }
        int before = Math.Clamp(cutAt - Written, 0, buffer.Length);
        Inner.Write(buffer[..before]);
        if (before < buffer.Length && Written + before == cutAt)
        {
            whenCut();
        }
        Inner.Write(buffer[before..]);
    }
}
