using Larder.Bench;
using Larder.Bench.Simulating;

namespace Larder.Tests.Bench.Simulating;

/// <summary>
/// Aim: each simulator is the algorithm that it is called. Method: traces of some letters, worked out by hand, with the
/// expected answer of each request (h: hit, m: miss); then the figures of libCacheSim on real traces.
/// </summary>
public sealed class EvictionSimulatorTests
{
    [Theory]
    [InlineData(Algorithm.Fifo, 2, "abacab", "mmhmmm")] // a goes when c comes, although it was asked for
    [InlineData(Algorithm.Fifo, 3, "abcabcdabcd", "mmmhhhmmmmm")]
    [InlineData(Algorithm.Lru, 2, "abacab", "mmhmhm")] // b goes when c comes
    [InlineData(Algorithm.Lru, 3, "abcadbac", "mmmhmmhm")]
    [InlineData(Algorithm.Clock, 2, "abacab", "mmhmhm")] // a has its second chance
    [InlineData(Algorithm.Clock, 3, "abcaabdaeb", "mmmhhhmhmm")] // c goes for d, then b for e
    [InlineData(Algorithm.Clock, 2, "ababcab", "mmhhmmm")] // both asked for: the oldest goes after one round
    internal void Small_trace_has_the_hits_that_were_worked_out(
        Algorithm algorithm, int items, string trace, string expected) =>
        Assert.Equal(expected, Replay(algorithm, items, trace));

    /// <summary>
    /// Four parts of one key. a, b, c, d fill them from the lowest; hits move a up, which moves others down.
    /// </summary>
    [Theory]
    [InlineData("abcd", "mmmm")]
    [InlineData("abcde", "mmmmm")]
    [InlineData("abcdea", "mmmmmm")] // e took the place of a, in the lowest part
    [InlineData("abcdaeb", "mmmmhmm")] // a rises and b sinks to the lowest part, from where e drives it out
    [InlineData("abcdaea", "mmmmhmh")]
    [InlineData("abcdaaaaefghbcda", "mmmmhhhhmmmmmhhh")] // new keys wash out the lowest part only
    public void Slru_small_trace_has_the_hits_that_were_worked_out(string trace, string expected) =>
        Assert.Equal(expected, Replay(Algorithm.Slru, 4, trace));

    /// <summary>Ten keys: a small queue of one, a main queue and a ghost queue of nine.</summary>
    [Theory]
    [InlineData("abcdefghijkb", "mmmmmmmmmmmh")] // a goes, b stays
    [InlineData("abcdefghijkalb", "mmmmmmmmmmmmmm")] // a returns from the ghost, b goes for it, c for l; b is back then
    [InlineData("aabcdefghijka", "mhmmmmmmmmmmm")] // one hit in the small queue does not save a
    [InlineData("aaabcdefghijka", "mhhmmmmmmmmmmh")] // two do
    [InlineData("abcdefghijkaalmnopqrstuvwxyza", "mmmmmmmmmmmmhmmmmmmmmmmmmmmmh")] // in main, new keys do not reach a
    public void S3Fifo_small_trace_has_the_hits_that_were_worked_out(string trace, string expected) =>
        Assert.Equal(expected, Replay(Algorithm.S3Fifo, 10, trace));

    /// <summary>
    /// The ghost queue holds as many keys as main, nine: of ten that were driven out, the first is forgotten. Room is
    /// made before the ghost queue is asked, so that one more is driven out by the request itself.
    /// </summary>
    [Theory]
    [InlineData("abcdefghijklmnopqr", 'a', true)] // 18 keys: a to h are ghosts, and i then
    [InlineData("abcdefghijklmnopqrs", 'a', false)] // 19 keys: a to i are; j drives a out
    [InlineData("abcdefghijklmnopqrs", 'b', true)]
    public void S3Fifo_ghost_remembers_as_many_keys_as_main_holds(string trace, char key, bool remembered)
    {
        // A remembered key goes to main, where ten new keys do not drive it out of the cache; a forgotten one is small.
        string answers = Replay(Algorithm.S3Fifo, 10, $"{trace}{key}ABCDEFGHIJ{key}");
        Assert.Equal(remembered ? 'h' : 'm', answers[^1]);
    }

    [Theory]
    [InlineData(Algorithm.S3Fifo)]
    [InlineData(Algorithm.Lru)]
    [InlineData(Algorithm.Fifo)]
    [InlineData(Algorithm.Clock)]
    [InlineData(Algorithm.Slru)]
    internal void Cache_at_any_size_holds_that_many(Algorithm algorithm)
    {
        for (int items = 1; items <= 30; items++)
        {
            EvictionSimulator cache = EvictionSimulator.Create(algorithm, items, keys: 100);
            for (int round = 0; round < 3; round++)
            {
                for (int key = 0; key < items; key++)
                    Assert.Equal(round > 0, cache.Access(key));
            }

            // Each new key drives one out: with so many requests for others, no more than the size can be left.
            for (int key = 50; key < 100; key++)
                Assert.False(cache.Access(key));
            int hits = Enumerable.Range(0, 100).Select(key => 99 - key).TakeWhile(cache.Access).Count();
            Assert.InRange(hits, 1, items);
        }
    }

    [Fact]
    public void Cache_without_room_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EvictionSimulator.Create(Algorithm.Lru, 0, keys: 1));

    /// <summary>
    /// libCacheSim on objects of one size, at 1, 5, 10 and 20 % of the objects. arc-OLTP: N. Megiddo, D. Modha: ARC, a
    /// self-tuning, low overhead replacement cache, FAST 2003; the others: cache2k, headissue GmbH, Jens Wilke,
    /// CC BY 4.0.
    /// </summary>
    [Theory]
    [InlineData("cache2k-orm-busy", 2_500_000, Algorithm.Lru, 0.3068, 0.1705, 0.1341, 0.0921)]
    [InlineData("cache2k-orm-busy", 2_500_000, Algorithm.Fifo, 0.3085, 0.1797, 0.1450, 0.1060)]
    [InlineData("cache2k-orm-busy", 2_500_000, Algorithm.Clock, 0.2819, 0.1717, 0.1358, 0.0925)]
    [InlineData("cache2k-orm-busy", 2_500_000, Algorithm.Slru, 0.3142, 0.1652, 0.1314, 0.0896)]
    [InlineData("cache2k-orm-busy", 2_500_000, Algorithm.S3Fifo, 0.2705, 0.1594, 0.1230, 0.0841)]
    [InlineData("cache2k-web12", 95_607, Algorithm.Lru, 0.6030, 0.4000, 0.3152, 0.2433)]
    [InlineData("cache2k-web12", 95_607, Algorithm.Fifo, 0.6237, 0.4375, 0.3546, 0.2786)]
    [InlineData("cache2k-web12", 95_607, Algorithm.Clock, 0.5975, 0.3919, 0.3084, 0.2390)]
    [InlineData("cache2k-web12", 95_607, Algorithm.Slru, 0.5821, 0.3631, 0.2843, 0.2251)]
    [InlineData("cache2k-web12", 95_607, Algorithm.S3Fifo, 0.5900, 0.3519, 0.2775, 0.2197)]
    [InlineData("arc-OLTP", 914_145, Algorithm.Lru, 0.5837, 0.3992, 0.3348, 0.2803)]
    [InlineData("arc-OLTP", 914_145, Algorithm.Fifo, 0.6341, 0.4340, 0.3666, 0.3073)]
    [InlineData("arc-OLTP", 914_145, Algorithm.Clock, 0.5783, 0.3960, 0.3314, 0.2788)]
    [InlineData("arc-OLTP", 914_145, Algorithm.Slru, 0.5476, 0.3862, 0.3267, 0.2756)]
    [InlineData("arc-OLTP", 914_145, Algorithm.S3Fifo, 0.5353, 0.3789, 0.3222, 0.2740)]
    internal void Real_trace_has_the_miss_ratios_of_libcachesim(
        string name, int limit, Algorithm algorithm, double at1, double at5, double at10, double at20)
    {
        RequestTrace trace = TraceFile.ReadShared(name, limit);
        foreach ((int percent, double expected) in ((int, double)[])[(1, at1), (5, at5), (10, at10), (20, at20)])
        {
            int items = (int)((long)trace.Objects * percent / 100);
            long misses = EvictionSimulator.CountMisses(algorithm, items, trace);
            Assert.InRange(misses / (double)limit / expected, 0.997, 1.003);
        }
    }

    /// <summary>What each request of a trace of letters is answered: h for a hit, m for a miss.</summary>
    private static string Replay(Algorithm algorithm, int items, string trace)
    {
        EvictionSimulator cache = EvictionSimulator.Create(algorithm, items, keys: 128);
        return string.Concat(trace.Select(key => cache.Access(key) ? 'h' : 'm'));
    }
}
