using System.Diagnostics;

namespace Larder.Bench;

/// <summary>
/// The times at which an open loop's requests are due: independent users, so the gaps are exponential (a Poisson
/// process). The schedule does not wait for answers. A request that could not be sent when it was due is sent later,
/// but its latency counts from here ("coordinated omission", G. Tene: "How NOT to measure latency").
/// </summary>
/// <remarks>Times are ticks of <c>Stopwatch</c>. owner: one load thread.</remarks>
internal sealed class ArrivalSchedule
{
    private readonly double _meanGap;
    private RandomSource _random;
    private double _next;

    /// <param name="perSecond">Mean number of arrivals a second, more than 0.</param>
    /// <param name="start">When the schedule begins.</param>
    /// <param name="seed">Start of the gaps.</param>
    public ArrivalSchedule(double perSecond, long start, ulong seed)
    {
        _meanGap = Stopwatch.Frequency / perSecond;
        _random = new RandomSource(seed);
        _next = start;
        Step();
    }

    /// <summary>When the next request is due.</summary>
    public long Next => (long)_next;

    /// <summary>Takes the next arrival; the one behind it becomes <see cref="Next"/>.</summary>
    public long Take()
    {
        long due = Next;
        Step();
        return due;
    }

    private void Step() => _next -= Math.Log(1 - _random.NextUnit()) * _meanGap;
}
