using Larder.Events.Native;

namespace Larder.Events.Files;

/// <summary>
/// While it lives, the calling thread's reads and writes come after those of others (ioprio_set(2)): last among those
/// of best effort, or only while the disk has nothing else to do. A scheduler that knows no priorities does not care.
/// </summary>
public readonly record struct IoPriority : IDisposable
{
    /// <summary>The last of the eight levels of best effort.</summary>
    internal const int Lowest = (PriorityCalls.IOPRIO_CLASS_BE << PriorityCalls.IOPRIO_CLASS_SHIFT) | 7;

    /// <summary>The class that gets what others leave; it has no levels, and needs no privilege since Linux 2.6.25.
    /// </summary>
    internal const int IdleClass = PriorityCalls.IOPRIO_CLASS_IDLE << PriorityCalls.IOPRIO_CLASS_SHIFT;

    private readonly int _before;
    private readonly bool _isLowered; // false: default, or the system refused

    private IoPriority(int before, bool isLowered)
    {
        _before = before;
        _isLowered = isLowered;
    }

    /// <summary>The calling thread's; 0 when it has none of its own.</summary>
    internal static SysResult Current()
        => SysResult.Of(PriorityCalls.syscall(
            PriorityCalls.SYS_ioprio_get, PriorityCalls.IOPRIO_WHO_PROCESS, 0, 0));

    /// <summary>Lowers the calling thread's until the result is disposed, on the same thread.</summary>
    public static IoPriority Lower() => Begin(Lowest);

    /// <summary>
    /// Lets the calling thread have only what the disk has left, until the result is disposed, on the same thread. A
    /// read may take as long as others keep the disk busy.
    /// </summary>
    public static IoPriority Idle() => Begin(IdleClass);

    /// <summary>Puts back what was.</summary>
    public void Dispose()
    {
        if (_isLowered)
        {
            Set(_before); // it was allowed before
        }
    }

    private static IoPriority Begin(int priority)
    {
        SysResult before = Current();
        return before.IsError ? default : new IoPriority(before.Int, !Set(priority).IsError);
    }

    private static SysResult Set(int priority)
        => SysResult.Of(PriorityCalls.syscall(
            PriorityCalls.SYS_ioprio_set, PriorityCalls.IOPRIO_WHO_PROCESS, 0, priority));
}
