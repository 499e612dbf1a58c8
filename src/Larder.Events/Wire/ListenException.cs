using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>Listening could not begin: a matter of start-up, so an exception and not a value.</summary>
public sealed class ListenException : IOException
{
    /// <summary>
    /// Listening at <paramref name="address"/> failed at <paramref name="call"/> with <paramref name="errno"/>.
    /// </summary>
    public ListenException(string address, string call, Errno errno)
        : base($"{call} on {address}: {Describe(errno)}")
    {
        Address = address;
        Errno = errno;
    }

    /// <summary>Where it was to listen.</summary>
    public string Address { get; }

    /// <summary>Why it failed.</summary>
    public Errno Errno { get; }

    /// <summary>The text that strerror(3) gives for the reasons that a user meets here.</summary>
    public static string Describe(Errno errno) => errno switch
    {
        Errno.AddressInUse => "Address already in use",
        Errno.AddressNotAvailable => "Cannot assign requested address",
        Errno.Exists => "a file that is not a socket is in the way",
        Errno.NameTooLong => "path longer than 107 bytes",
        Errno.BadDescriptor => "Bad file descriptor",
        Errno.Access => "Permission denied",
        Errno.NotPermitted => "Operation not permitted",
        Errno.FamilyNotSupported => "Address family not supported by protocol",
        Errno.TooManyFiles => "Too many open files",
        Errno.FileTableFull => "Too many open files in system",
        Errno.NoEntry => "No such file or directory",
        Errno.NotSocket => "Socket operation on non-socket",
        Errno.Invalid => "Invalid argument",
        _ => $"errno {(int)errno}",
    };
}
