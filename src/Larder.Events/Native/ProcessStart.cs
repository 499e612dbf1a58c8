using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// Starts a program with descriptors of this process and waits for its end. The runtime cannot fork, and its own way to
/// start programs passes on neither descriptors nor another name: this is posix_spawn(3). Any thread.
/// </summary>
public static unsafe partial class ProcessStart
{
    private const string Library = "libc";

    /// <summary>Signal numbers of Linux on all architectures but MIPS and Alpha: a wish to end, and the end.</summary>
    public const int Terminate = 15;

    /// <summary>SIGQUIT.</summary>
    public const int Quit = 3;

    /// <summary>SIGHUP.</summary>
    public const int HangUp = 1;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>What a shell adds to the number of the signal that ended a program.</summary>
    public const int SignalExit = 128;

    /// <summary>Room for posix_spawn_file_actions_t (80 bytes) and posix_spawnattr_t (336), glibc and musl.</summary>
    private const int SpawnStructBytes = 512;

    private const int SignalSetWords = 16; // sigset_t has 128 bytes
    private const short SetSignalMask = 0x08; // POSIX_SPAWN_SETSIGMASK
    private const short SetSession = 0x80;    // POSIX_SPAWN_SETSID

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its argv, the name that it is called by first.</param>
    /// <param name="environment">All of its environment.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="descriptors">Descriptors that it has under the same numbers; of all others that close on exec
    /// it has none. They are not changed in this process, so no other child gets them.</param>
    /// <param name="newSession">Whether it leaves our terminal and session (setsid(2)).</param>
    /// <returns>Its process id, or why it could not be started.</returns>
    public static SysResult Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string folder,
        IReadOnlyList<int> descriptors,
        bool newSession)
    {
        byte* actions = stackalloc byte[SpawnStructBytes];
        byte* attributes = stackalloc byte[SpawnStructBytes];
        ulong* noSignals = stackalloc ulong[SignalSetWords];
        new Span<ulong>(noSignals, SignalSetWords).Clear();
        posix_spawn_file_actions_init(actions);
        posix_spawnattr_init(attributes);
        posix_spawnattr_setsigmask(attributes, noSignals);
        posix_spawnattr_setflags(attributes, (short)(SetSignalMask | (newSession ? SetSession : 0)));
        nint[] texts = [.. Strings([program, folder]), .. Strings(arguments), .. Strings(Lines(environment))];
        int failed = posix_spawn_file_actions_addchdir_np(actions, (byte*)texts[1]);
        foreach (int descriptor in descriptors)
        {
            // A descriptor duplicated to its own number loses FD_CLOEXEC, and only in the child.
            failed = failed != 0 ? failed : posix_spawn_file_actions_adddup2(actions, descriptor, descriptor);
        }
        int pid = 0;
        fixed (nint* pointers = texts)
        {
            byte** argv = (byte**)pointers + 3; // behind program, folder, and the null that ends them
            byte** envp = argv + arguments.Count + 1;
            failed = failed != 0 ? failed : posix_spawn(&pid, argv[-3], actions, attributes, argv, envp);
        }
        posix_spawn_file_actions_destroy(actions);
        posix_spawnattr_destroy(attributes);
        Array.ForEach(texts, Marshal.FreeCoTaskMem);
        return failed == 0 ? SysResult.Ok(pid) : SysResult.Fail((Errno)failed);
    }

    /// <summary>
    /// Waits for the end of a child: its exit code, <see cref="SignalExit"/> and the signal that ended it, or -1 when
    /// the system does not tell.
    /// </summary>
    public static int Wait(int processId)
    {
        int status = 0;
        SysResult result;
        do
        {
            result = SysResult.Of(waitpid(processId, &status, 0));
        }
        while (result.Errno == Errno.Interrupted);
        int signal = status & 0x7F;
        return result.IsError ? -1 : signal == 0 ? (status >> 8) & 0xFF : SignalExit + signal;
    }

    /// <summary>Sends a signal to our parent, or to a child that was not waited for yet.</summary>
    public static SysResult Signal(int processId, int signal) => SysResult.Of(kill(processId, signal));

    private static IEnumerable<string> Lines(IReadOnlyDictionary<string, string> environment) =>
        environment.Select(static pair => $"{pair.Key}={pair.Value}");

    /// <summary>Strings of C, and the null that ends a list of them.</summary>
    private static nint[] Strings(IEnumerable<string> texts) =>
        [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    [LibraryImport(Library)]
    private static partial int posix_spawn(
        int* pid, byte* path, void* actions, void* attributes, byte** argv, byte** envp);

    [LibraryImport(Library)] private static partial void posix_spawn_file_actions_init(void* actions);
    [LibraryImport(Library)] private static partial void posix_spawn_file_actions_destroy(void* actions);
    [LibraryImport(Library)] private static partial int posix_spawn_file_actions_adddup2(void* actions, int fd, int to);
    [LibraryImport(Library)] private static partial int posix_spawn_file_actions_addchdir_np(void* actions, byte* path);
    [LibraryImport(Library)] private static partial void posix_spawnattr_init(void* attributes);
    [LibraryImport(Library)] private static partial void posix_spawnattr_destroy(void* attributes);
    [LibraryImport(Library)] private static partial void posix_spawnattr_setflags(void* attributes, short flags);
    [LibraryImport(Library)] private static partial void posix_spawnattr_setsigmask(void* attributes, void* signals);
    [LibraryImport(Library)] private static partial int waitpid(int pid, int* status, int options);
    [LibraryImport(Library)] private static partial int kill(int pid, int signal);
}
