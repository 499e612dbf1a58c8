using Larder.Events.Native;

namespace Larder.Events.Files;

/// <summary>
/// While it lives, the calling thread's reads and writes come after those of others, among those of best effort
/// (ioprio_set(2)). A scheduler of the disk that knows no priorities does not care.
/// </summary>
public readonly record struct IoPriority : IDisposable
{
    /// <summary>The last of the eight levels of best effort.</summary>
    internal const int Lowest = (PriorityCalls.IOPRIO_CLASS_BE << PriorityCalls.IOPRIO_CLASS_SHIFT) | 7;

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
    public static IoPriority Lower()
    {
        SysResult before = Current();
        return before.IsError ? default : new IoPriority(before.Int, !Set(Lowest).IsError);
    }

    /// <summary>Puts back what was.</summary>
    public void Dispose()
    {
        if (_isLowered)
        {
            Set(_before); // it was allowed before
        }
    }

    private static SysResult Set(int priority)
        => SysResult.Of(PriorityCalls.syscall(
            PriorityCalls.SYS_ioprio_set, PriorityCalls.IOPRIO_WHO_PROCESS, 0, priority));
}
