using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>The system calls about a thread's place at the disk (ioprio_set(2)), for which libc has no names.</summary>
internal static partial class PriorityCalls
{
    public const nint IOPRIO_WHO_PROCESS = 1;
    public const int IOPRIO_CLASS_SHIFT = 13;
    public const int IOPRIO_CLASS_BE = 2;
    public const int IOPRIO_CLASS_IDLE = 3;

    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static nint SYS_ioprio_set => s_isArm ? 30 : 251;

    public static nint SYS_ioprio_get => s_isArm ? 31 : 252;

    [LibraryImport("libc")] public static partial nint syscall(nint number, nint which, nint who, nint ioprio);
}
