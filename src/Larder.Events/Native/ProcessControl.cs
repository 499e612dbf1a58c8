using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// What a server does to its own process before it serves: its limit of descriptors and its user. Call it from one
/// thread, at the start.
/// </summary>
public static unsafe partial class ProcessControl
{
    private const string Library = "libc";

    /// <summary>RLIMIT_NOFILE of Linux on all architectures but MIPS and SPARC (getrlimit(2)).</summary>
    private const int DescriptorLimit = 7;

    private const int Interrupt = 2; // SIGINT
    private const nint DefaultAction = 0; // SIG_DFL

    /// <summary>Whether this process may change its user and raise its hard limits.</summary>
    public static bool IsRoot => geteuid() == 0;

    /// <summary>
    /// Makes room for at least <paramref name="count"/> descriptors. Lowers nothing; raising the hard limit needs
    /// CAP_SYS_RESOURCE, without which it fails with <see cref="Errno.NotPermitted"/> (getrlimit(2)).
    /// </summary>
    /// <param name="count">Descriptors that the process will have open at most.</param>
    public static SysResult RaiseDescriptorLimit(long count)
    {
        ulong wanted = (ulong)count;
        ulong* limits = stackalloc ulong[2]; // struct rlimit: soft, hard
        SysResult read = SysResult.Of(getrlimit(DescriptorLimit, limits));
        if (read.IsError || limits[0] >= wanted) return read;
        limits[0] = wanted;
        limits[1] = Math.Max(limits[1], wanted);
        return SysResult.Of(setrlimit(DescriptorLimit, limits));
    }

    /// <summary>
    /// Lets SIGINT be handled though the process was started with it ignored, as a shell script starts what it puts
    /// into the background (signal(7)); the runtime leaves a signal alone that was ignored before it. Before the
    /// first registration of a handler.
    /// </summary>
    public static void RestoreInterrupt() => signal(Interrupt, DefaultAction);

    /// <summary>
    /// Gives up root for good: supplementary groups, group and user, in this order, for all threads (setuid(2), "C
    /// library/kernel differences"). After an error the process must end: it may have given up a part only.
    /// </summary>
    /// <param name="userId">Numeric user.</param>
    /// <param name="groupId">Numeric group; the only one that the process keeps.</param>
    public static SysResult BecomeUser(uint userId, uint groupId)
    {
        SysResult result = SysResult.Of(setgroups(1, &groupId));
        if (result.IsError) return result;
        result = SysResult.Of(setgid(groupId));
        return result.IsError ? result : SysResult.Of(setuid(userId));
    }

    [LibraryImport(Library)] private static partial uint geteuid();
    [LibraryImport(Library)] private static partial nint signal(int number, nint action);
    [LibraryImport(Library)] private static partial int getrlimit(int resource, ulong* limits);
    [LibraryImport(Library)] private static partial int setrlimit(int resource, ulong* limits);
    [LibraryImport(Library)] private static partial int setgroups(nuint count, uint* groups);
    [LibraryImport(Library)] private static partial int setgid(uint group);
    [LibraryImport(Library)] private static partial int setuid(uint user);
}
