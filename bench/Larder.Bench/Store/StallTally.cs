using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Larder.Events.Native;

namespace Larder.Bench.Store;

/// <summary>
/// Durations of the calls of one phase: the processor time that the calls took themselves, and the time by the clock,
/// in which the thread may have been waiting for its processor. One thread.
/// </summary>
internal sealed class StallTally
{
    /// <summary>The head of the table whose rows <see cref="Row"/> makes.</summary>
    public const string Head = "| phase | calls | CPU p99.99 | CPU longest | its faults | CPU above 1 ms "
        + "| clock longest | its CPU | its preemptions | clock above 1 ms ";

    /// <summary>The line below <see cref="Head"/>.</summary>
    public const string Rule = "|---|---|---|---|---|---|---|---|---|---";

    /// <summary>A duration is known to 1/16.</summary>
    private const int StepsOfPower = 16;

    private const long Millisecond = 1_000_000;

    /// <summary>
    /// A call of so many nanoseconds gets its own account of processor time; for shorter ones the clock is enough,
    /// since asking takes longer than most calls.
    /// </summary>
    private const long LongCall = 20_000;

    /// <summary>
    /// The account of a long call begins so many short calls before it at most, whose time by the clock is taken off.
    /// </summary>
    private const int ShortCallsMax = 32;

    private readonly long[] _counts = new long[64 * StepsOfPower];
    private long _calls;
    private long _overCpu;      // calls of more than a millisecond
    private long _overClock;
    private Call _byCpu;        // the longest ones
    private Call _byClock;
    private ThreadUsage _read = ThreadUsage.Now();
    private long _shortClock;   // of the calls since that was read
    private int _shortCalls;

    /// <summary>Measures one call.</summary>
    public void Time<TState>(Action<TState> call, TState state)
    {
        long begin = Stopwatch.GetTimestamp();
        call(state);
        long clock = Stopwatch.GetTimestamp() - begin;
        _calls++;
        if (clock < LongCall)
        {
            _counts[StepOf(clock)]++;
            _shortClock += clock;
            if (++_shortCalls == ShortCallsMax) Restart();
            return;
        }
        ThreadUsage before = _read;
        long otherCalls = _shortClock;
        Restart();
        long cpu = Math.Max(_read.CpuNanoseconds - before.CpuNanoseconds - otherCalls, 0);
        Note(new Call(cpu, clock, _read.Faults - before.Faults, _read.Preemptions - before.Preemptions));
    }

    /// <summary>One row of the table.</summary>
    public string Row(string phase) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {phase} | {_calls:N0} | {Percentile():F0} | {_byCpu.Cpu / 1e3:F0} | {_byCpu.Faults} | {_overCpu} "
        + $"| {_byClock.Clock / 1e3:F0} | {_byClock.Cpu / 1e3:F0} | {_byClock.Preemptions} | {_overClock} ");

    /// <summary>Begins the account of the next long call here; to be called after anything that is no call.</summary>
    public void Restart()
    {
        _read = ThreadUsage.Now();
        _shortClock = 0;
        _shortCalls = 0;
    }

    private void Note(in Call call)
    {
        if (call.Cpu > _byCpu.Cpu) _byCpu = call;
        if (call.Clock > _byClock.Clock) _byClock = call;
        if (call.Cpu > Millisecond) _overCpu++;
        if (call.Clock > Millisecond) _overClock++;
        _counts[StepOf(call.Cpu)]++;
    }

    // Stopwatch counts nanoseconds on Linux.
    private static int StepOf(long nanoseconds)
    {
        if (nanoseconds < StepsOfPower) return (int)Math.Max(nanoseconds, 0);
        int power = BitOperations.Log2((ulong)nanoseconds);
        int shift = power - BitOperations.Log2(StepsOfPower);
        return (shift + 1) * StepsOfPower + (int)(nanoseconds >> shift) - StepsOfPower;
    }

    // p99.99 of the processor time in microseconds.
    private double Percentile()
    {
        long left = _calls / 10_000;
        int step = _counts.Length - 1;
        while (step > 0 && (left -= _counts[step]) >= 0) step--;
        int shift = step / StepsOfPower - 1;
        return (shift < 0 ? step : (long)(step % StepsOfPower + StepsOfPower) << shift) / 1e3;
    }

    /// <summary>One call: nanoseconds, and what happened to its thread meanwhile.</summary>
    private readonly record struct Call(long Cpu, long Clock, long Faults, long Preemptions);
}
