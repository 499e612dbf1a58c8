using Larder.Bench;

namespace Larder.Tests.Bench;

public sealed class KeyChooserTests
{
    private const int Draws = 1_000_000;

    /// <summary>
    /// Frequencies against Zipf's law. The keys are scattered, so the frequencies are sorted: the k-th most frequent
    /// key must come in proportion to 1 / k^s, within five standard deviations of a binomial count.
    /// </summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    [InlineData(1.0)]
    [InlineData(1.5)]
    public void Zipf_draws_follow_the_law(double exponent)
    {
        const uint keys = 1000;
        int[] counts = Draw(keys, new KeyDistribution(exponent));
        Array.Sort(counts, (a, b) => b.CompareTo(a));
        double harmonic = Enumerable.Range(1, (int)keys).Sum(k => Math.Pow(k, -exponent));
        for (int rank = 1; rank <= 10; rank++)
        {
            double expected = Draws * Math.Pow(rank, -exponent) / harmonic;
            double tolerance = 5 * Math.Sqrt(expected);
            Assert.InRange(counts[rank - 1], expected - tolerance, expected + tolerance);
        }

        double tail = Draws * Enumerable.Range(500, 501).Sum(k => Math.Pow(k, -exponent)) / harmonic;
        Assert.InRange(counts[499..].Sum(), tail * 0.97, tail * 1.03);
    }

    /// <summary>Chi-squared over 1000 keys: its mean is 999 and its standard deviation 45.</summary>
    [Fact]
    public void Uniform_draws_reach_every_key_equally()
    {
        int[] counts = Draw(1000, KeyDistribution.Uniform);
        const double expected = Draws / 1000.0;
        double chiSquared = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chiSquared, 999 - (5 * 45), 999 + (5 * 45));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(int.MaxValue)]
    public void Draws_stay_within_the_keys(uint keys)
    {
        foreach (double exponent in (double[])[0, 0.99, 1, 3])
        {
            var chooser = new KeyChooser(keys, new KeyDistribution(exponent));
            var random = new RandomSource(7);
            for (int i = 0; i < 10_000; i++)
                Assert.InRange(chooser.Next(ref random), 0u, keys - 1);
        }
    }

    [Fact]
    public void Wanted_keys_are_not_neighbours()
    {
        int[] counts = Draw(1000, new KeyDistribution(1.2));
        int[] byCount = [.. Enumerable.Range(0, 1000).OrderByDescending(key => counts[key]).Take(5)];
        foreach ((int first, int second) in byCount.Zip(byCount.Skip(1)))
            Assert.True(Math.Abs(first - second) > 1);
    }

    [Fact]
    public void Same_seed_draws_the_same_keys()
    {
        int[] first = Draw(100, new KeyDistribution(0.9));
        Assert.Equal(first, Draw(100, new KeyDistribution(0.9)));
    }

    private static int[] Draw(uint keys, KeyDistribution distribution)
    {
        var chooser = new KeyChooser(keys, distribution);
        var random = new RandomSource(42);
        int[] counts = new int[keys];
        for (int i = 0; i < Draws; i++)
            counts[chooser.Next(ref random)]++;
        return counts;
    }
}
