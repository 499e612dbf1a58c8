using Larder.Events.Driving;

namespace Larder.Events.Tests.Driving;

public sealed class LatencyHistogramTests
{
    private static readonly double[] s_quantiles = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1];

    /// <summary>
    /// Latencies over eight powers of ten, compared with the sorted list: never below the exact value, and at most one
    /// part in 128 above it.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Quantiles_of_random_latencies_are_within_a_part_in_128_of_the_exact_ones(int seed)
    {
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        long[] exact = new long[20_000];
        for (int i = 0; i < exact.Length; i++)
        {
            exact[i] = (long)Math.Pow(10, random.NextDouble() * 9);
            histogram.Record(exact[i]);
        }

        Array.Sort(exact);
        foreach (double quantile in s_quantiles)
        {
            long expected = exact[Math.Clamp((int)Math.Ceiling(quantile * exact.Length) - 1, 0, exact.Length - 1)];
            Assert.InRange(histogram.ValueAt(quantile), expected, expected + (expected / 128));
        }
    }

    [Fact]
    public void Small_latencies_are_exact()
    {
        var histogram = new LatencyHistogram();
        for (int ns = 0; ns < 256; ns++)
            histogram.Record(ns);
        for (int ns = 0; ns < 256; ns++)
            Assert.Equal(ns, histogram.ValueAt((ns + 1) / 256.0));
    }

    [Fact]
    public void Merged_histograms_equal_one_that_saw_everything()
    {
        var random = new Random(4);
        var whole = new LatencyHistogram();
        LatencyHistogram[] parts = [new(), new(), new()];
        for (int i = 0; i < 3000; i++)
        {
            long latency = random.NextInt64(1, 5_000_000);
            whole.Record(latency);
            parts[i % 3].Record(latency);
        }

        var sum = new LatencyHistogram();
        foreach (LatencyHistogram part in parts)
            sum.Add(part);
        Assert.Equal(whole.Count, sum.Count);
        Assert.Equal(whole.Max, sum.Max);
        Assert.Equal(whole.Mean, sum.Mean);
        foreach (double quantile in s_quantiles)
            Assert.Equal(whole.ValueAt(quantile), sum.ValueAt(quantile));
    }

    [Fact]
    public void Many_equal_latencies_at_once_count_like_single_ones()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1000, 99);
        histogram.Record(50_000, 1);
        Assert.Equal(100, histogram.Count);
        Assert.InRange(histogram.ValueAt(0.99), 1000, 1007);
        Assert.Equal(50_000, histogram.ValueAt(1));
        Assert.Equal(1490, histogram.Mean);
    }

    [Fact]
    public void Latencies_out_of_range_count_at_its_ends()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);
        Assert.Equal(0, histogram.ValueAt(0.5));
        Assert.Equal((1L << 40) - 1, histogram.ValueAt(1));
    }

    [Fact]
    public void Empty_histogram_answers_zero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(0, histogram.ValueAt(0.99));
        Assert.Equal(0, histogram.Mean);
        Assert.Equal(0, histogram.Max);
    }
}
