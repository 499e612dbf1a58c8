using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// What a server does to its own process before it serves: its limit of descriptors and its user. Call it from one
/// thread, at the start; errors are returned as errno, 0 is success.
/// </summary>
public static unsafe partial class ProcessControl
{
    private const string Library = "libc";

    /// <summary>RLIMIT_NOFILE of Linux on all architectures but MIPS and SPARC (getrlimit(2)).</summary>
    private const int DescriptorLimit = 7;

    /// <summary>Whether this process may change its user and raise its hard limits.</summary>
    public static bool IsRoot => geteuid() == 0;

    /// <summary>
    /// Makes room for at least <paramref name="count"/> descriptors. Lowers nothing; raising the hard limit needs
    /// CAP_SYS_RESOURCE, without which the answer is EPERM (getrlimit(2)).
    /// </summary>
    /// <param name="count">Descriptors that the process will have open at most.</param>
    public static int RaiseDescriptorLimit(long count)
    {
        ulong wanted = (ulong)count;
        ulong* limits = stackalloc ulong[2]; // struct rlimit: soft, hard
        if (getrlimit(DescriptorLimit, limits) != 0) return Marshal.GetLastSystemError();
        if (limits[0] >= wanted) return 0;
        limits[0] = wanted;
        limits[1] = Math.Max(limits[1], wanted);
        return setrlimit(DescriptorLimit, limits) == 0 ? 0 : Marshal.GetLastSystemError();
    }

    /// <summary>
    /// Gives up root for good: supplementary groups, group and user, in this order, for all threads (setuid(2), "C
    /// library/kernel differences"). After an error the process must end: it may have given up a part only.
    /// </summary>
    /// <param name="userId">Numeric user.</param>
    /// <param name="groupId">Numeric group; the only one that the process keeps.</param>
    public static int BecomeUser(uint userId, uint groupId)
    {
        if (setgroups(1, &groupId) != 0) return Marshal.GetLastSystemError();
        if (setgid(groupId) != 0) return Marshal.GetLastSystemError();
        return setuid(userId) == 0 ? 0 : Marshal.GetLastSystemError();
    }

    [LibraryImport(Library)] private static partial uint geteuid();
    [LibraryImport(Library)] private static partial int getrlimit(int resource, ulong* limits);
    [LibraryImport(Library)] private static partial int setrlimit(int resource, ulong* limits);
    [LibraryImport(Library)] private static partial int setgroups(nuint count, uint* groups);
    [LibraryImport(Library)] private static partial int setgid(uint group);
    [LibraryImport(Library)] private static partial int setuid(uint user);
}
