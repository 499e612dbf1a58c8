namespace Larder.Bench.Pausing;

/// <summary>When requests were due and how long each waited, and when the generator itself stood still.</summary>
/// <remarks>
/// <code>
///   due        |     |     |     |     |     |     |     at fixed times, whatever the server does
///   answered    |     |              |||  |     |    |
///   waits      --    --    -----------
///                                -----                   the second and third of one pause
///   generator  ..........................    ..........  a gap: it sent and read nothing
/// </code>
/// A wait counts from the time at which the request was due, not from when it was sent ("coordinated omission", G.
/// Tene: "How NOT to measure latency"). What of it the generator was not running is taken off again: the server may
/// have answered meanwhile, or the request left later. So a wait is never longer than what the server is to answer for.
/// Times are ticks of <c>Stopwatch</c>, nanoseconds on Linux. owner: one load thread; others read when it has ended.
/// </remarks>
internal sealed class WaitRecord
{
    /// <summary>Waits above it make a pause: what a server that never stalls must stay below.</summary>
    public const long PauseNs = 1_000_000;

    /// <summary>The generator's loop takes some microseconds; half of a pause is none of its own doing.</summary>
    public const long GapNs = 500_000;

    /// <summary>Gaps that are noted without an allocation.</summary>
    private const int GapsExpected = 4096;

    private readonly double _interval;
    private readonly long[] _waits;
    private readonly List<(long Start, long End)> _gaps = new(GapsExpected);
    private readonly long _start;
    private long _seen;

    /// <param name="requests">Number of requests.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="start">When the first one is due.</param>
    public WaitRecord(int requests, double rate, long start)
    {
        _interval = 1e9 / rate;
        _start = start;
        _seen = start;
        _waits = new long[requests];
        Array.Fill(_waits, -1); // also touches its pages, before it matters
    }

    /// <summary>When a request is due.</summary>
    public long Due(int request) => _start + (long)(request * _interval);

    /// <summary>The generator's loop runs; a longer time since the last call is a gap.</summary>
    public void Look(long now)
    {
        if (now - _seen > GapNs)
            _gaps.Add((_seen, now));
        _seen = now;
    }

    /// <summary>A request is answered.</summary>
    public void Answer(int request, long now) => _waits[request] = now - Due(request);

    /// <summary>What came of it, when every request is answered.</summary>
    public WaitSummary Summarize()
    {
        long inGaps = TakeOffGaps();
        (long above, long pauses) = CountPauses();
        Array.Sort(_waits);
        return new WaitSummary(
            _waits.Length,
            ValueAt(0.99),
            ValueAt(0.999),
            ValueAt(0.9999),
            _waits[^1],
            above,
            pauses,
            _gaps.Count,
            inGaps);
    }

    /// <summary>Both are in the order of time, so that one pass over each is enough.</summary>
    private long TakeOffGaps()
    {
        long touched = 0;
        int first = 0;
        for (int i = 0; i < _waits.Length; i++)
        {
            long due = Due(i);
            long answered = due + _waits[i];
            while (first < _gaps.Count && _gaps[first].End <= due)
                first++;
            long gaps = 0;
            for (int g = first; g < _gaps.Count && _gaps[g].Start < answered; g++)
                gaps += Math.Min(answered, _gaps[g].End) - Math.Max(due, _gaps[g].Start);
            touched += gaps > 0 ? 1 : 0;
            _waits[i] -= gaps;
        }

        return touched;
    }

    private (long Above, long Pauses) CountPauses()
    {
        long above = 0;
        long pauses = 0;
        bool inside = false;
        foreach (long wait in _waits)
        {
            bool isAbove = wait > PauseNs;
            above += isAbove ? 1 : 0;
            pauses += isAbove && !inside ? 1 : 0;
            inside = isAbove;
        }

        return (above, pauses);
    }

    private long ValueAt(double quantile) => _waits[Math.Max(0, (int)Math.Ceiling(quantile * _waits.Length) - 1)];
}
