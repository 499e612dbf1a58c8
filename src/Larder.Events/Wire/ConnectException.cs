using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>A connection to a server could not be opened.</summary>
public sealed class ConnectException(string address, Errno errno)
    : IOException($"cannot connect to {address}: {Describe(errno)}")
{
    /// <summary>Why it failed.</summary>
    public Errno Errno { get; } = errno;

    private static string Describe(Errno errno) => errno switch
    {
        Errno.ConnectionRefused => "nobody listens there (connection refused)",
        Errno.TimedOut => "no answer",
        Errno.NoEntry => "no such socket file",
        Errno.TooManyFiles => "no descriptors left; raise ulimit -n",
        _ => ListenException.Describe(errno),
    };
}
