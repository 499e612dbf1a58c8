using System.Numerics;

namespace Larder.Events.Driving;

/// <summary>
/// Counts latencies in nanoseconds in log-linear buckets: every power of two is cut into 128 equal parts, so that a
/// reported value is at most 1/128 (0.8 %) above the exact one, from 1 ns to 18 minutes, in 36 KiB that are never
/// reallocated. The idea is HdrHistogram's.
/// </summary>
/// <remarks>One thread records; merging and reading wait until that thread has stopped.</remarks>
public sealed class LatencyHistogram
{
    /// <summary>Parts of one power of two, as a power of two: 2 significant digits and a half.</summary>
    private const int PartBits = 7;

    private const int Parts = 1 << PartBits;

    /// <summary>Longest latency that is told apart, in bits of nanoseconds: 2^40 ns is 18 minutes.</summary>
    private const int LargestBits = 40;

    private const long Largest = (1L << LargestBits) - 1;

    // Values below 2 * Parts have a bucket each; every further power of two adds Parts buckets.
    private readonly long[] _counts = new long[(LargestBits - PartBits + 1) * Parts];

    /// <summary>Number of recorded latencies.</summary>
    public long Count { get; private set; }

    /// <summary>Longest recorded latency in nanoseconds, exact; 0 when nothing is recorded.</summary>
    public long Max { get; private set; }

    /// <summary>Sum of all recorded latencies in nanoseconds.</summary>
    public long Sum { get; private set; }

    /// <summary>Mean latency in nanoseconds; 0 when nothing is recorded.</summary>
    public double Mean => Count == 0 ? 0 : (double)Sum / Count;

    /// <summary>Records a latency in nanoseconds. Negative ones count as 0, those over 18 minutes as that.</summary>
    public void Record(long nanoseconds) => Record(nanoseconds, 1);

    /// <summary>Records <paramref name="times"/> equal latencies in nanoseconds (requests of one burst).</summary>
    public void Record(long nanoseconds, long times)
    {
        long value = Math.Clamp(nanoseconds, 0, Largest);
        _counts[IndexOf(value)] += times;
        Count += times;
        Sum += value * times;
        if (value > Max)
            Max = value;
    }

    /// <summary>Adds everything that <paramref name="other"/> has recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        Sum += other.Sum;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        Sum = 0;
        Max = 0;
    }

    /// <summary>
    /// The smallest latency in nanoseconds that at least <paramref name="quantile"/> (0..1) of the requests did not
    /// exceed, rounded up to its bucket's end (never above <see cref="Max"/>); 0 when nothing is recorded.
    /// </summary>
    public long ValueAt(double quantile)
    {
        long rank = Math.Clamp((long)Math.Ceiling(quantile * Count), 1, Math.Max(1, Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return Math.Min(LastOf(i), Max);
        }

        return Max;
    }

    private static int IndexOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - PartBits);
        return (shift << PartBits) + (int)(value >> shift);
    }

    /// <summary>The largest value that falls into the bucket: the inverse of <see cref="IndexOf"/>.</summary>
    private static long LastOf(int index)
    {
        int shift = Math.Max(0, (index >> PartBits) - 1);
        long part = index - ((long)shift << PartBits);
        return ((part + 1) << shift) - 1;
    }
}
