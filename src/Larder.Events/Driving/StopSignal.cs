namespace Larder.Events.Driving;

/// <summary>
/// Whether, how and until when a driver stops; written by stopping threads, read by the driver's threads.
/// </summary>
internal sealed class StopSignal
{
    private const int Running = 0;
    private const int Graceful = 1;
    private const int Fast = 2;

    private int _state;                  // owner: interlocked; only grows
    private long _endMs = long.MaxValue; // owner: interlocked; only falls

    public bool IsSet => Volatile.Read(ref _state) != Running;

    public bool IsGraceful => Volatile.Read(ref _state) == Graceful;

    /// <summary>Monotonic milliseconds at which waiting for connections ends.</summary>
    public long EndMs => Volatile.Read(ref _endMs);

    /// <summary>
    /// A fast stop may follow a graceful one, never the other way round, and an end only comes nearer.
    /// </summary>
    public void Set(StopMode mode, long endMs)
    {
        Lower(ref _endMs, endMs);
        int wanted = mode == StopMode.Fast ? Fast : Graceful;
        int seen = Volatile.Read(ref _state);
        while (seen < wanted)
        {
            seen = Interlocked.CompareExchange(ref _state, wanted, seen);
        }
    }

    private static void Lower(ref long value, long wanted)
    {
        long seen = Volatile.Read(ref value);
        while (wanted < seen)
        {
            long found = Interlocked.CompareExchange(ref value, wanted, seen);
            if (found == seen)
            {
                return;
            }
            seen = found;
        }
    }
}
