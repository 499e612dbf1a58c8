namespace Larder.Events.Native;

/// <summary>
/// The errno values that Larder acts upon, with Linux's numbers (x86-64 and arm64 share them; errno(3)).
/// Every other value takes the default branch: it is logged by number and the connection or the start-up fails.
/// </summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,
    /// <summary>EPERM: not permitted.</summary>
    NotPermitted = 1,
    /// <summary>ENOENT: no such file.</summary>
    NoEntry = 2,
    /// <summary>EINTR: a signal came first.</summary>
    Interrupted = 4,
    /// <summary>EIO: the device failed.</summary>
    InputOutput = 5,
    /// <summary>ENXIO: the device is gone.</summary>
    NoSuchDevice = 6,
    /// <summary>EBADF: not an open descriptor.</summary>
    BadDescriptor = 9,
    /// <summary>EAGAIN and EWOULDBLOCK: nothing to read, or no room to write.</summary>
    Again = 11,
    /// <summary>ENOMEM: the kernel has no memory for it.</summary>
    NoMemory = 12,
    /// <summary>EACCES: permission denied.</summary>
    Access = 13,
    /// <summary>EEXIST: already there.</summary>
    Exists = 17,
    /// <summary>EXDEV: another file system, or a path that leads out of its folder.</summary>
    CrossDevice = 18,
    /// <summary>ENODEV: no such device.</summary>
    NoDevice = 19,
    /// <summary>ENOTDIR: a part of the path is no folder.</summary>
    NotFolder = 20,
    /// <summary>EISDIR: a folder.</summary>
    IsFolder = 21,
    /// <summary>EINVAL: invalid argument, for accept4: no longer listening.</summary>
    Invalid = 22,
    /// <summary>ENFILE: the system's table of open files is full.</summary>
    FileTableFull = 23,
    /// <summary>EMFILE: the process has no descriptor left.</summary>
    TooManyFiles = 24,
    /// <summary>EFBIG: larger than the file system takes.</summary>
    FileTooLarge = 27,
    /// <summary>ENOSPC: the file system is full.</summary>
    NoSpace = 28,
    /// <summary>EROFS: the file system is read-only.</summary>
    ReadOnlyFileSystem = 30,
    /// <summary>EMLINK: the file or folder has too many names.</summary>
    TooManyLinks = 31,
    /// <summary>EPIPE: the peer does not read any more.</summary>
    BrokenPipe = 32,
    /// <summary>ERANGE: a result or a buffer is too small.</summary>
    OutOfRange = 34,
    /// <summary>ENAMETOOLONG: a path longer than the kernel takes.</summary>
    NameTooLong = 36,
    /// <summary>ENOLCK: no more locks, or nobody who keeps them (NFS).</summary>
    NoLocks = 37,
    /// <summary>ELOOP: symbolic links lead in a circle, or none is allowed.</summary>
    TooManySymbolicLinks = 40,
    /// <summary>ENODATA: no attribute of this name.</summary>
    NoData = 61,
    /// <summary>ENONET: the machine is not on the network.</summary>
    NoNetwork = 64,
    /// <summary>EPROTO: a protocol error on the new socket.</summary>
    Protocol = 71,
    /// <summary>ENOTSOCK: the descriptor is not a socket.</summary>
    NotSocket = 88,
    /// <summary>ENOPROTOOPT: the protocol is not available.</summary>
    NoProtocolOption = 92,
    /// <summary>EOPNOTSUPP: not supported by this kind of socket.</summary>
    NotSupported = 95,
    /// <summary>EAFNOSUPPORT: the kernel lacks this address family.</summary>
    FamilyNotSupported = 97,
    /// <summary>EADDRINUSE: somebody else listens there.</summary>
    AddressInUse = 98,
    /// <summary>EADDRNOTAVAIL: not an address of this machine.</summary>
    AddressNotAvailable = 99,
    /// <summary>ENETDOWN: the network is down.</summary>
    NetworkDown = 100,
    /// <summary>ENETUNREACH: no route.</summary>
    NetworkUnreachable = 101,
    /// <summary>ECONNABORTED: the client left before it was accepted.</summary>
    ConnectionAborted = 103,
    /// <summary>ECONNRESET: the peer reset the connection.</summary>
    ConnectionReset = 104,
    /// <summary>ENOBUFS: no buffer space in the kernel.</summary>
    NoBuffers = 105,
    /// <summary>ETIMEDOUT: the peer did not answer.</summary>
    TimedOut = 110,
    /// <summary>ECONNREFUSED: nobody listens there.</summary>
    ConnectionRefused = 111,
    /// <summary>EHOSTDOWN: the host is down.</summary>
    HostDown = 112,
    /// <summary>EHOSTUNREACH: no route to the host.</summary>
    HostUnreachable = 113,
    /// <summary>ESTALE: the server of the file system does not know it any more.</summary>
    Stale = 116,
    /// <summary>EUCLEAN: the file system is damaged.</summary>
    Corrupted = 117,
    /// <summary>EDQUOT: the quota is used up.</summary>
    QuotaExceeded = 122,
}
