using System.Net.Sockets;

namespace Larder.Events.Tests.Support;

/// <summary>A client's socket as a stream whose writes somebody interferes with.</summary>
internal abstract class ClientStream(Socket socket) : Stream
{
    /// <summary>Bytes that were to be written.</summary>
    public int Written { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    protected NetworkStream Inner { get; } = new(socket, ownsSocket: true);

    public override void Flush() => Inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Inner.Read(buffer);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Interfere(buffer);
        Written += buffer.Length;
    }

    /// <summary>Writes the bytes, or what becomes of them; they begin at <see cref="Written"/>.</summary>
    protected abstract void Interfere(ReadOnlySpan<byte> buffer);

    protected override void Dispose(bool disposing)
    {
        Inner.Dispose();
        base.Dispose(disposing);
    }
}
