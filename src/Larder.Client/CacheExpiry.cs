namespace Larder.Client;

/// <summary>How long an item lives: for ever unless said otherwise, a time from now, or until a moment.</summary>
public readonly struct CacheExpiry : IEquatable<CacheExpiry>
{
    /// <summary>The longest relative time of the protocol, 30 days: a greater number is a date (memcached).</summary>
    private const int RelativeSecondsMax = 60 * 60 * 24 * 30;

    private readonly long _ticks;
    private readonly bool _isMoment;

    private CacheExpiry(long ticks, bool isMoment)
    {
        _ticks = ticks;
        _isMoment = isMoment;
    }

    /// <summary>Until it is evicted or deleted.</summary>
    public static CacheExpiry Never => default;

    /// <summary>Whether there is no end.</summary>
    public bool IsNever => _ticks == 0 && !_isMoment;

    /// <summary>A time from now.</summary>
    public static implicit operator CacheExpiry(TimeSpan time) => After(time);

    /// <summary>Until a moment.</summary>
    public static implicit operator CacheExpiry(DateTimeOffset moment) => At(moment);

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(CacheExpiry left, CacheExpiry right) => left.Equals(right);

    /// <summary>Whether both differ.</summary>
    public static bool operator !=(CacheExpiry left, CacheExpiry right) => !left.Equals(right);

    /// <summary>A time from now. The server counts whole seconds: parts of one are rounded up.</summary>
    /// <param name="time">Zero or less: the item is expired at once.</param>
    public static CacheExpiry After(TimeSpan time) => new(time.Ticks > 0 ? time.Ticks : -1, isMoment: false);

    /// <summary>Until a moment.</summary>
    /// <param name="moment">One that has passed: the item is expired at once.</param>
    public static CacheExpiry At(DateTimeOffset moment) => new(moment.UtcTicks, isMoment: true);

    /// <inheritdoc/>
    public bool Equals(CacheExpiry other) => _ticks == other._ticks && _isMoment == other._isMoment;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CacheExpiry other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_ticks, _isMoment);

    /// <summary>
    /// The protocol's exptime: 0 never, -1 expired, up to 30 days seconds from now, else a UNIX time.
    /// </summary>
    /// <param name="clock">Tells what time it is, for moments and for times of more than 30 days.</param>
    internal int ToExptime(TimeProvider clock)
    {
        if (IsNever) return 0;
        if (_ticks < 0) return -1;
        long ticks = _isMoment ? _ticks - clock.GetUtcNow().UtcTicks : _ticks;
        if (ticks <= 0) return -1;
        long seconds = ((ticks - 1) / TimeSpan.TicksPerSecond) + 1;
        if (seconds <= RelativeSecondsMax) return (int)seconds;
        return (int)Math.Min(int.MaxValue, clock.GetUtcNow().ToUnixTimeSeconds() + seconds);
    }

    /// <summary>The sooner of an exptime and a number of seconds from now.</summary>
    internal static int Cap(int exptime, int secondsMax, TimeProvider clock)
    {
        if (exptime < 0) return exptime;
        long seconds = exptime <= RelativeSecondsMax ? exptime : exptime - clock.GetUtcNow().ToUnixTimeSeconds();
        return exptime == 0 || seconds > secondsMax ? secondsMax : exptime;
    }
}
