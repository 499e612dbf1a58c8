using Larder.Events.Files;
using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// How bytes get from a socket into memory and back: plainly, or through TLS. Stateless for plain sockets, so that an
/// idle connection pays nothing for it.
/// </summary>
internal abstract unsafe class Transport
{
    /// <summary>What is read of a file at a time: a TLS record's worth (RFC 8446 5.1).</summary>
    private const int FileChunkBytes = 16 * 1024;

    /// <summary>
    /// Another receive may have something although the socket is drained and no event will tell: bytes that are
    /// decrypted, the peer's end behind them, or what a bounded call left.
    /// </summary>
    public bool HasMore { get; private protected set; }

    /// <summary>
    /// The last receive stopped at a short read of the socket, behind which the peer's end may stand. When an event has
    /// told of that end (EPOLLRDHUP), no other event will.
    /// </summary>
    public bool EndMayFollow { get; private protected set; }

    /// <summary>A receive, or the end of the stream, waits until the socket takes bytes.</summary>
    public bool WantsWrite { get; private protected set; }

    /// <summary>A send waits for bytes from the peer.</summary>
    public bool SendWantsRead { get; private protected set; }

    /// <summary>The two sides have not agreed yet; nothing has come for the reader.</summary>
    public bool IsHandshaking { get; private protected set; }

    /// <summary>Bytes that the last receive moved through the socket; they may bring nothing to the reader.</summary>
    public int Moved { get; private protected set; }

    /// <summary>Milliseconds that the peers have to agree; 0 = any number.</summary>
    public virtual int HandshakeTimeoutMs => 0;

    /// <summary>Bytes that wait for the reader outside the socket.</summary>
    public virtual int PendingBytes => 0;

    /// <summary>
    /// Bytes that one flush may send. Less than any number where sending computes for long: then a peer that takes all
    /// at once does not keep the thread from the others.
    /// </summary>
    public virtual int SendBytesMax => int.MaxValue;

    /// <summary>Receives into the vectors in order. 0 is the peer's end of stream; EAGAIN means drained.</summary>
    public abstract SysResult Receive(int fd, IoVector* vectors, int count);

    /// <summary>Sends the vectors in order; fewer bytes than given means that the socket is full.</summary>
    public abstract SysResult Send(int fd, IoVector* vectors, int count);

    /// <summary>
    /// As <see cref="Send"/>, when more follows at once: a small rest may wait for it (send(2), MSG_MORE).
    /// </summary>
    public virtual SysResult SendAhead(int fd, IoVector* vectors, int count) => Send(fd, vectors, count);

    /// <summary>
    /// Sends at most <paramref name="count"/> bytes of a file; fewer when the socket is full or the file ends, 0 when
    /// it ends at <paramref name="offset"/>. May block on the file's disk.
    /// </summary>
    /// <remarks>
    /// Bytes that are taken up in part are presented again from the same offset: a transport that has begun a record
    /// with them finds them in the file once more.
    /// </remarks>
    public virtual SysResult SendFile(int fd, OpenedFile file, long offset, nint count)
    {
        byte* chunk = stackalloc byte[FileChunkBytes];
        nint sent = 0;
        while (sent < count)
        {
            SysResult read = file.Read(new Span<byte>(chunk, FileChunkBytes), offset + sent);
            if (read.IsError || read.Value == 0)
            {
                return sent > 0 ? SysResult.Ok(sent) : read;
            }
            var vector = new IoVector { Base = chunk, Length = (nuint)Math.Min(read.Value, count - sent) };
            SysResult result = Send(fd, &vector, 1);
            if (result.IsError)
            {
                return sent > 0 && result.Errno == Errno.Again ? SysResult.Ok(sent) : result;
            }
            sent += result.Value;
            if ((nuint)result.Value < vector.Length)
            {
                break;
            }
        }
        return SysResult.Ok(sent);
    }

    /// <summary>
    /// Tells the peer that nothing will follow; false when the socket is full (<see cref="WantsWrite"/>).
    /// </summary>
    public virtual bool EndStream(int fd) => true;

    /// <summary>The connection is over; exactly once.</summary>
    public virtual void Free()
    {
    }
}
