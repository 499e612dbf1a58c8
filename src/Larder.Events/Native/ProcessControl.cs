using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Larder.Events.Native;

/// <summary>
/// What a server does to its own process before it serves: its limits, its user, its memory, its standard streams.
/// Call it from one thread, at the start.
/// </summary>
public static unsafe partial class ProcessControl
{
    private const string Library = "libc";

    /// <summary>RLIMIT_NOFILE of Linux on all architectures but MIPS and SPARC (getrlimit(2)).</summary>
    private const int DescriptorLimit = 7;

    /// <summary>RLIMIT_CORE and RLIMIT_MEMLOCK, on all architectures alike.</summary>
    private const int CoreLimit = 4;
    private const int LockedMemoryLimit = 8;

    /// <summary>
    /// MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT (mlockall(2)): the runtime reserves far more addresses than it uses, so
    /// pages are locked when they are first touched.
    /// </summary>
    private const int LockAllWhenTouched = 1 | 2 | 4;

    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int Interrupt = 2; // SIGINT
    private const int Quit = 3; // SIGQUIT
    private const int ParentDeathSignal = 1; // PR_SET_PDEATHSIG
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

    /// <summary>The same for SIGQUIT.</summary>
    public static void RestoreQuit() => signal(Quit, DefaultAction);

    /// <summary>The process that started this one, or the one that has taken its children over when it ended.</summary>
    public static int ParentId => getppid();

    /// <summary>
    /// Has the kernel send this process a signal when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG).
    /// </summary>
    /// <param name="parentId">The process that started this one.</param>
    /// <param name="signal">What is sent.</param>
    /// <returns>False if that process has ended already: then no signal comes.</returns>
    public static bool SignalAtParentsEnd(int parentId, int signal) =>
        !SysResult.Of(prctl(ParentDeathSignal, (nuint)signal, 0, 0, 0)).IsError && getppid() == parentId;

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

    /// <summary>Allows core dumps as large as the hard limit lets them be; fails if it forbids them.</summary>
    public static SysResult AllowCoreDumps()
    {
        SysResult result = RaiseLimit(CoreLimit, out ulong size);
        return !result.IsError && size == 0 ? SysResult.Fail(Errno.NotPermitted) : result;
    }

    /// <summary>
    /// Keeps all memory, also what comes later, out of the swap. Without CAP_IPC_LOCK the limit must hold all that the
    /// process has mapped (mlockall(2)): otherwise it fails with <see cref="Errno.NoMemory"/> or
    /// <see cref="Errno.NotPermitted"/>, and nothing is locked.
    /// </summary>
    public static SysResult LockMemory()
    {
        SysResult result = RaiseLimit(LockedMemoryLimit, out _);
        return result.IsError ? result : SysResult.Of(mlockall(LockAllWhenTouched));
    }

    /// <summary>
    /// Puts /dev/null in the place of standard input, output and error, as a daemon has it, and of the duplicates that
    /// the runtime makes of them at its start: who reads a daemon's output to the end would wait for ever.
    /// </summary>
    public static SysResult DetachStandardStreams()
    {
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        int descriptor = (int)nothing.DangerousGetHandle();
        string?[] streams = [StreamOf(0), StreamOf(1), StreamOf(2)];
        SysResult result = SysResult.Ok(0);
        foreach (string path in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            int number = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture);
            bool isCopy = number > 2 && number != descriptor && streams.Contains(StreamOf(number));
            result = isCopy && !result.IsError ? SysResult.Of(dup3(descriptor, number, CloseOnExec)) : result;
        }
        for (int standard = 0; standard <= 2 && !result.IsError; standard++)
        {
            result = SysResult.Of(dup2(descriptor, standard));
        }
        GC.KeepAlive(nothing);
        return result;
    }

    /// <summary>Writes all of a text to a standard stream, with one write(2) unless the kernel takes less.</summary>
    /// <param name="descriptor">1 or 2.</param>
    /// <param name="text">What to write.</param>
    public static SysResult Write(int descriptor, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            SysResult result;
            fixed (byte* bytes = text)
            {
                result = SysResult.Of(Libc.write(descriptor, bytes, (nuint)text.Length));
            }
            if (result.IsError && result.Errno != Errno.Interrupted)
            {
                return result;
            }
            text = result.IsError ? text : text[result.Int..];
        }
        return SysResult.Ok(0);
    }

    /// <summary>What a descriptor stands for (proc(5)): a path, <c>pipe:[inode]</c>; null when it is closed.</summary>
    private static string? StreamOf(int descriptor) => new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;

    /// <summary>No limit at all, for who may have none; otherwise as much as the hard limit allows.</summary>
    private static SysResult RaiseLimit(int resource, out ulong limit)
    {
        ulong* limits = stackalloc ulong[2]; // struct rlimit: soft, hard
        limit = limits[0] = limits[1] = ulong.MaxValue; // RLIM_INFINITY
        SysResult result = SysResult.Of(setrlimit(resource, limits));
        if (!result.IsError)
        {
            return result;
        }
        result = SysResult.Of(getrlimit(resource, limits));
        limit = limits[0] = limits[1];
        return result.IsError ? result : SysResult.Of(setrlimit(resource, limits));
    }

    [LibraryImport(Library)] private static partial uint geteuid();
    [LibraryImport(Library)] private static partial int getppid();
    [LibraryImport(Library)] private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
    [LibraryImport(Library)] private static partial int mlockall(int flags);
    [LibraryImport(Library)] private static partial int dup2(int descriptor, int number);
    [LibraryImport(Library)] private static partial int dup3(int descriptor, int number, int flags);
    [LibraryImport(Library)] private static partial nint signal(int number, nint action);
    [LibraryImport(Library)] private static partial int getrlimit(int resource, ulong* limits);
    [LibraryImport(Library)] private static partial int setrlimit(int resource, ulong* limits);
    [LibraryImport(Library)] private static partial int setgroups(nuint count, uint* groups);
    [LibraryImport(Library)] private static partial int setgid(uint group);
    [LibraryImport(Library)] private static partial int setuid(uint user);
}
