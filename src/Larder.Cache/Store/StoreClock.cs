using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// Seconds since the server started, counted as memcached counts them: from 2, so that 0 can mean never and 1 long ago.
/// One owner (a timer, or each front end once a turn) calls <see cref="Advance"/>; everybody else reads
/// <see cref="Now"/>, which costs one load. It never goes back. Tests and <c>debugtime</c> move, pause and resume it.
/// </summary>
public sealed class StoreClock
{
    /// <summary>The clock's first second.</summary>
    public const uint Start = 2;

    /// <summary>An expiry that is over at any time.</summary>
    public const uint Past = 1;

    /// <summary>Up to here an exptime counts from now, above it is a UNIX time (memcached: 30 days).</summary>
    public const int RelativeMax = 60 * 60 * 24 * 30;

    private readonly Lock _gate = new();
    private readonly long _origin = Stopwatch.GetTimestamp();   // owner: immutable
    private readonly long _unixOrigin;                          // owner: immutable; UNIX time of second 0
    private long _moved;                                        // owner: _gate; seconds
    private long _pausedTicks = -1;                             // owner: _gate; -1 while it runs
    private long _pausesTicks;                                  // owner: _gate; all finished pauses together
    private uint _now = Start;                                  // owner: _gate writes, everybody reads
    private long _nextTicks;                                    // owner: _gate writes; when Now changes next

    /// <summary>A running clock that starts now.</summary>
    public StoreClock()
        : this(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), isPaused: false)
    {
    }

    /// <summary>A clock that starts at a given UNIX time; a paused one moves only by <see cref="Move"/>.</summary>
    public StoreClock(long unixTimeSeconds, bool isPaused)
    {
        _unixOrigin = unixTimeSeconds - Start;
        if (isPaused) Pause();
    }

    /// <summary>The time, in seconds.</summary>
    public uint Now => Volatile.Read(ref _now);

    /// <summary>The time as a UNIX time.</summary>
    public long UnixNow => ToUnix(Now);

    /// <summary>Looks at the system's monotonic clock. Any thread; usually one timestamp and one comparison.</summary>
    public void Advance()
    {
        if (Stopwatch.GetTimestamp() < Volatile.Read(ref _nextTicks)) return;
        lock (_gate) Update();
    }

    /// <summary>
    /// Moves the clock forward (<c>debugtime n</c>), paused or not; seconds, a negative number does nothing.
    /// </summary>
    public void Move(long seconds)
    {
        lock (_gate)
        {
            if (seconds > 0) _moved += seconds;
            Update();
        }
    }

    /// <summary>Stops it (<c>debugtime p</c>).</summary>
    public void Pause()
    {
        lock (_gate)
        {
            if (_pausedTicks >= 0) return;
            Update();
            _pausedTicks = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Lets it run on from where it stopped (<c>debugtime r</c>).</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (_pausedTicks < 0) return;
            _pausesTicks += Stopwatch.GetTimestamp() - _pausedTicks;
            _pausedTicks = -1;
            Update();
        }
    }

    /// <summary>
    /// When an item with this exptime ends, in this clock's seconds: 0 never; negative at once; up to 30 days from now;
    /// larger is a UNIX time, and one at or before the start is over (memcached, protocol.txt "Expiration times").
    /// </summary>
    public uint ExpiryOf(long exptime)
    {
        if (exptime == 0) return 0;
        if (exptime < 0) return Past;
        if (exptime <= RelativeMax) return (uint)Math.Min(Now + exptime, uint.MaxValue);
        return exptime <= _unixOrigin + Past ? Past : (uint)Math.Min(exptime - _unixOrigin, uint.MaxValue);
    }

    /// <summary>The UNIX time of a second of this clock.</summary>
    public long ToUnix(uint seconds) => _unixOrigin + seconds;

    private void Update()
    {
        long ticks = (_pausedTicks >= 0 ? _pausedTicks : Stopwatch.GetTimestamp()) - _origin - _pausesTicks;
        long seconds = ticks / Stopwatch.Frequency;
        Volatile.Write(ref _now, (uint)Math.Min(Start + seconds + _moved, uint.MaxValue - 1));
        Volatile.Write(ref _nextTicks, _origin + _pausesTicks + (seconds + 1) * Stopwatch.Frequency);
    }
}
