using System.Net.Sockets;

namespace Larder.Events.Tests.Support;

/// <summary>A client's stream in which one byte of what it writes is changed.</summary>
internal sealed class GarblingStream(Socket socket, int at, byte change) : Stream
{
    private readonly NetworkStream _inner = new(socket, ownsSocket: true);
    private int _written;

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

    public override int Read(byte[] buffer, int offset, int count) => _inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => _inner.Read(buffer);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[] bytes = buffer.ToArray();
        if (at >= _written && at < _written + bytes.Length)
        {
            bytes[at - _written] ^= change;
        }
        _written += bytes.Length;
        _inner.Write(bytes);
        if (at < _written && _written - bytes.Length <= at)
        {
            _inner.Socket.Shutdown(SocketShutdown.Send); // a length that grew would wait for ever
        }
    }

    protected override void Dispose(bool disposing)
    {
        _inner.Dispose();
        base.Dispose(disposing);
    }
}
