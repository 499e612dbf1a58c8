namespace Larder.Events.Driving;

/// <summary>
/// Something that wants to be told when a time has come. Lies in at most one <see cref="TimerWheel"/>.
/// </summary>
public abstract class TimerEntry
{
    // owner: the lock of the wheel that it lies in
    internal TimerEntry? Previous { get; set; }

    internal TimerEntry? NextEntry { get; set; }

    internal long DueTick { get; set; }

    internal int Slot { get; set; }

    internal bool IsScheduled { get; set; }

    /// <summary>The time has come. Runs on the thread that advances the wheel, outside the wheel's lock.</summary>
    /// <param name="nowMs">The monotonic time in milliseconds.</param>
    protected internal abstract void OnExpired(long nowMs);
}
