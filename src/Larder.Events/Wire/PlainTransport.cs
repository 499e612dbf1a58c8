using Larder.Events.Files;
using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>Bytes as they are: recv or readv, send or sendmsg, one system call each.</summary>
internal sealed unsafe class PlainTransport : Transport
{
    public static readonly PlainTransport Instance = new();

    private PlainTransport()
    {
    }

    /// <inheritdoc/>
    public override SysResult Receive(int fd, IoVector* vectors, int count)
        => count == 1
            ? SysResult.Of(Libc.recv(fd, vectors->Base, vectors->Length, 0))
            : SysResult.Of(Libc.readv(fd, vectors, count));

    /// <inheritdoc/>
    public override SysResult Send(int fd, IoVector* vectors, int count)
        => Send(fd, vectors, count, Libc.MSG_NOSIGNAL);

    /// <inheritdoc/>
    public override SysResult SendAhead(int fd, IoVector* vectors, int count)
        => Send(fd, vectors, count, Libc.MSG_NOSIGNAL | Libc.MSG_MORE);

    /// <inheritdoc/>
    public override SysResult SendFile(int fd, OpenedFile file, long offset, nint count)
        => SysResult.Of(FileCalls.sendfile(fd, file.Descriptor, &offset, (nuint)count));

    private static SysResult Send(int fd, IoVector* vectors, int count, int flags)
    {
        if (count == 1)
        {
            return SysResult.Of(Libc.send(fd, vectors->Base, vectors->Length, flags));
        }
        var message = new MessageHeader { Vectors = vectors, VectorCount = (nuint)count };
        return SysResult.Of(Libc.sendmsg(fd, &message, flags));
    }
}
