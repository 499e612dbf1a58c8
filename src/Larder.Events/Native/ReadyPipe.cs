using System.Globalization;
using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// A pipe on which a child process tells that it is ready: one byte, or the end of the pipe when the process ends
/// before. The child finds its end's number in <see cref="Variable"/>.
/// </summary>
public sealed unsafe partial class ReadyPipe : IDisposable
{
    /// <summary>The environment variable that holds the descriptor to tell readiness on.</summary>
    public const string Variable = "LARDER_READY_FD";

    private const string Library = "libc";
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const ulong PollIn = 1UL << 32;  // struct pollfd: descriptor, then events = POLLIN

    private readonly int _readEnd;
    private int _writeEnd; // owner: the starting thread; -1 when closed

    private ReadyPipe(int readEnd, int writeEnd)
    {
        _readEnd = readEnd;
        _writeEnd = writeEnd;
    }

    /// <summary>The descriptor for the child.</summary>
    public int WriteEnd => _writeEnd;

    /// <summary>A new pipe, both of whose ends close on exec; null when the system has no descriptor for it.</summary>
    /// <param name="refusal">Why there is none (pipe(2): EMFILE, ENFILE), or none.</param>
    public static ReadyPipe? TryOpen(out Errno refusal) => TryOpen(CloseOnExec, out refusal);

    internal static ReadyPipe? TryOpen(int flags, out Errno refusal)
    {
        int* ends = stackalloc int[2];
        SysResult result = SysResult.Of(pipe2(ends, flags));
        refusal = result.Errno;
        return result.IsError ? null : new ReadyPipe(ends[0], ends[1]);
    }

    /// <summary>
    /// In the child: takes the descriptor out of the environment and keeps it from the child's own children; null when
    /// nobody waits.
    /// </summary>
    public static int? FromEnvironment()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor);
        if (!isNumber || SysResult.Of(Libc.fcntl(descriptor, Libc.F_SETFD, Libc.FD_CLOEXEC)).IsError)
        {
            return null;
        }
        return descriptor;
    }

    /// <summary>In the child: tells that it is ready, once. That nobody waits any more is no concern of it.</summary>
    public static void Tell(int descriptor)
    {
        byte ready = 1;
        SysResult.Of(Libc.write(descriptor, &ready, 1));
        SysResult.Of(Libc.close(descriptor));
    }

    /// <summary>After the child was started: from now on the pipe ends when the child does.</summary>
    public void CloseWriteEnd()
    {
        if (_writeEnd >= 0)
        {
            SysResult.Of(Libc.close(_writeEnd));
        }
        _writeEnd = -1;
    }

    /// <summary>Waits for the child's word.</summary>
    /// <param name="timeoutMs">The longest wait in milliseconds; -1: without end.</param>
    public ReadyStatus Wait(int timeoutMs)
    {
        long endMs = Environment.TickCount64 + timeoutMs;
        while (true)
        {
            ulong polled = PollIn | (uint)_readEnd;
            int leftMs = timeoutMs < 0 ? -1 : (int)Math.Max(0, endMs - Environment.TickCount64);
            SysResult result = SysResult.Of(poll(&polled, 1, leftMs));
            if (result.IsError && result.Errno == Errno.Interrupted)
            {
                continue;
            }
            if (result.Value == 0)
            {
                return ReadyStatus.TimedOut;
            }
            byte word;
            return SysResult.Of(Libc.read(_readEnd, &word, 1)).Value == 1 ? ReadyStatus.Ready : ReadyStatus.Ended;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseWriteEnd();
        SysResult.Of(Libc.close(_readEnd));
    }

    [LibraryImport(Library)] private static partial int pipe2(int* ends, int flags);
    [LibraryImport(Library)] private static partial int poll(void* descriptors, nuint count, int timeout);
}
