using System.Net.Sockets;

namespace Larder.Events.Tests.Support;

/// <summary>
/// What a client writes, cut: each byte alone, or everything up to one position and the rest after somebody has let it
/// go on. Reads take one byte at a time when each byte is cut.
/// </summary>
internal sealed class CutStream(Socket socket, int cutAt, Action whenCut) : Stream
{
    private readonly NetworkStream _inner = new(socket, ownsSocket: true);
    private int _written;

    /// <summary>Cuts everywhere.</summary>
    public CutStream(Socket socket)
        : this(socket, -1, static () => { })
    {
    }

    /// <summary>Bytes that were written.</summary>
    public int Written => _written;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
        => _inner.Read(cutAt < 0 ? buffer[..Math.Min(1, buffer.Length)] : buffer);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (ref readonly byte value in buffer)
        {
            if (cutAt < 0)
            {
                _inner.WriteByte(value);
            }
        }
        if (cutAt >= 0)
        {
            int before = Math.Clamp(cutAt - _written, 0, buffer.Length);
            _inner.Write(buffer[..before]);
            if (before < buffer.Length && _written + before == cutAt)
            {
                whenCut();
            }
            _inner.Write(buffer[before..]);
        }
        _written += buffer.Length;
    }

    protected override void Dispose(bool disposing)
    {
        _inner.Dispose();
        base.Dispose(disposing);
    }
}
