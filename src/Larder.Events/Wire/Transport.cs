using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// How bytes get from a socket into memory and back: plainly, or through TLS. Stateless for plain sockets, so that an
/// idle connection pays nothing for it.
/// </summary>
internal abstract unsafe class Transport
{
    /// <summary>Receives into the vectors in order. 0 is the peer's end of stream; EAGAIN means drained.</summary>
    public abstract SysResult Receive(int fd, IoVector* vectors, int count);

    /// <summary>Sends the vectors in order; fewer bytes than given means that the socket is full.</summary>
    public abstract SysResult Send(int fd, IoVector* vectors, int count);
}
