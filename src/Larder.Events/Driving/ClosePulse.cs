namespace Larder.Events.Driving;

/// <summary>
/// Lets threads wait for connections to close (for room, for a descriptor, for the end) at the cost of one read for
/// each close while nobody waits.
/// </summary>
internal sealed class ClosePulse
{
    private readonly object _monitor = new();
    private int _waiting; // owner: interlocked

    /// <summary>A connection has closed and its effects are visible; any thread.</summary>
    public void Pulse()
    {
        // Pairs with the increment in Wait: the closing thread's last interlocked step lies between its effects and
        // this look, the waiter's between its own announcement and its look at them.
        if (Volatile.Read(ref _waiting) > 0)
        {
            PulseAlways();
        }
    }

    /// <summary>Ends all waits now, so that they look again.</summary>
    public void PulseAlways()
    {
        lock (_monitor)
        {
            Monitor.PulseAll(_monitor);
        }
    }

    /// <summary>Waits for one pulse unless <paramref name="isEnough"/> holds already; at most that long.</summary>
    public void Wait(long timeoutMs, Func<bool> isEnough)
    {
        lock (_monitor)
        {
            Interlocked.Increment(ref _waiting);
            if (timeoutMs > 0 && !isEnough())
            {
                Monitor.Wait(_monitor, (int)Math.Min(timeoutMs, int.MaxValue));
            }
            Interlocked.Decrement(ref _waiting);
        }
    }
}
