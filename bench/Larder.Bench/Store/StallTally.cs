using System.Diagnostics;
using System.Numerics;

namespace Larder.Bench.Store;

/// <summary>Durations of the calls of one phase. One thread.</summary>
internal sealed class StallTally
{
    /// <summary>A duration is known to 1/16.</summary>
    private const int StepsOfPower = 16;

    private readonly long[] _counts = new long[64 * StepsOfPower];
    private long _calls;
    private long _longest;

    /// <summary>Measures one call.</summary>
    public void Time<TState>(Action<TState> call, TState state)
    {
        long begin = Stopwatch.GetTimestamp();
        call(state);
        long wall = Stopwatch.GetTimestamp() - begin;
        _calls++;
        _longest = Math.Max(_longest, wall);
        _counts[StepOf(wall)]++;
    }

    /// <summary>One row of the table.</summary>
    public string Row(string phase, long idleNanoseconds) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"| {phase} | {_calls:N0} | {Percentile():F1} | {_longest / 1e3:F0} "
        + $"| {idleNanoseconds / 1e3:F0} |");

    // Stopwatch counts nanoseconds on Linux.
    private static int StepOf(long nanoseconds)
    {
        if (nanoseconds < StepsOfPower) return (int)Math.Max(nanoseconds, 0);
        int power = BitOperations.Log2((ulong)nanoseconds);
        int shift = power - BitOperations.Log2(StepsOfPower);
        return (shift + 1) * StepsOfPower + (int)(nanoseconds >> shift) - StepsOfPower;
    }

    // p99.99 in microseconds.
    private double Percentile()
    {
        long left = _calls / 10_000;
        int step = _counts.Length - 1;
        while (step > 0 && (left -= _counts[step]) >= 0) step--;
        int shift = step / StepsOfPower - 1;
        return (shift < 0 ? step : (long)(step % StepsOfPower + StepsOfPower) << shift) / 1e3;
    }
}
