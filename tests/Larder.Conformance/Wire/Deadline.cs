using System.Diagnostics;
using Xunit;

namespace Larder.Conformance.Wire;

/// <summary>A point in time until which a condition may take to become true; immutable, any thread.</summary>
public readonly struct Deadline
{
    private readonly long _ticksEnd;

    private Deadline(long ticksEnd) => _ticksEnd = ticksEnd;

    /// <summary>
    /// The deadline of an ordinary answer: generous, since two cores are shared with the other tests.
    /// </summary>
    public static Deadline Usual => After(TimeSpan.FromSeconds(20));

    /// <summary>What is left, zero when it has passed.</summary>
    public TimeSpan Remaining
    {
        get
        {
            long left = _ticksEnd - Stopwatch.GetTimestamp();
            return left <= 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, left);
        }
    }

    /// <summary>Whether it has passed.</summary>
    public bool Passed => Stopwatch.GetTimestamp() >= _ticksEnd;

    /// <summary>A deadline that is <paramref name="span"/> away from now.</summary>
    public static Deadline After(TimeSpan span) =>
        new(Stopwatch.GetTimestamp() + (long)(span.TotalSeconds * Stopwatch.Frequency));

    /// <summary>
    /// Waits until <paramref name="condition"/> holds, asking every <paramref name="everyMs"/> milliseconds.
    /// Returns whether it came true before the deadline.
    /// </summary>
    public bool Await(Func<bool> condition, int everyMs = 5)
    {
        using var never = new ManualResetEventSlim(false);
        while (!condition())
        {
            if (Passed)
                return condition();
            never.Wait(everyMs, TestContext.Current.CancellationToken);
        }
        return true;
    }
}
