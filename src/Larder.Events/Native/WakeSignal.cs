using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// The signal that wakes a thread out of a blocking accept4: a real-time signal whose handler is a native function
/// without effect (libc's getppid), installed without SA_RESTART so that the call returns EINTR (signal(7)).
/// A managed handler would not do: the runtime forbids managed code inside a signal handler.
/// </summary>
internal static unsafe class WakeSignal
{
    /// <summary>A real-time signal that neither glibc (32, 33) nor the runtime (34) uses.</summary>
    public const int Number = 40;

    /// <summary>struct sigaction on 64-bit Linux with glibc: handler, 128 bytes of mask, flags, restorer.</summary>
    private const int SigactionBytes = 152;

    private static readonly bool s_installed = Install();

    /// <summary>Makes sure that the handler stands before the first thread blocks.</summary>
    public static void Prepare()
    {
        if (!s_installed)
        {
            throw new InvalidOperationException($"cannot install the handler of signal {Number}");
        }
    }

    /// <summary>Interrupts the thread's present system call; without effect when it is in none.</summary>
    public static void Send(nint pthread) => SysResult.Of(Libc.pthread_kill(pthread, Number));

    private static bool Install()
    {
        nint library = NativeLibrary.Load("libc.so.6");
        byte* action = stackalloc byte[SigactionBytes];
        new Span<byte>(action, SigactionBytes).Clear();
        *(nint*)action = NativeLibrary.GetExport(library, "getppid");
        return Libc.sigaction(Number, action, null) == 0;
    }
}
