using System.Globalization;
using System.Text;
using Larder.Cache.Commands.Inspecting;

namespace Larder.Cache.Tests.Commands;

/// <summary>The sketch against an exact count, what fades, and the answer of a server.</summary>
public sealed class HotKeysTests
{
    private const int Minute = 60;

    [Fact]
    public void Keys_with_more_than_their_share_are_held_with_at_least_their_weight()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        var sketch = new HotKeySketch();
        var exact = new Dictionary<string, long>();
        for (int number = 0; number < 50_000; number++)
        {
            // A few keys have much, thousands little.
            int rank = (int)(10_000 * Math.Pow(random.NextDouble(), 6));
            string key = $"key{rank}";
            long weight = random.Next(1, 4);
            sketch.Add(Encoding.ASCII.GetBytes(key), (ulong)rank + 1, weight);
            exact[key] = exact.GetValueOrDefault(key) + weight;
        }
        Dictionary<string, long> held = Held(sketch);
        Assert.Equal(exact.Values.Sum(), sketch.Total);
        Assert.Equal(sketch.Total, held.Values.Sum());
        foreach ((string key, long weight) in exact.Where(pair => pair.Value > sketch.Total / HotKeySketch.KeysMax))
            Assert.True(held.GetValueOrDefault(key) >= weight, $"seed {seed}: {key} of {weight} is not held");
    }

    [Fact]
    public void Halving_forgets_light_keys_first()
    {
        var sketch = new HotKeySketch();
        sketch.Add("heavy"u8, 1, 8);
        sketch.Add("light"u8, 2, 1);
        sketch.Halve();
        Assert.Equal("heavy", Assert.Single(Held(sketch)).Key);
        sketch.Add("light"u8, 2, 3);
        Assert.Equal(3, Held(sketch)["light"]);
        Assert.Equal(4, Held(sketch)["heavy"]);
    }

    [Fact]
    public void Noting_allocates_nothing()
    {
        var keys = new HotKeys(isEnabled: true);
        byte[] key = new byte[250];
        keys.NoteRequest(key, 1, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint number = 1; number < 10 * HotKeySketch.KeysMax; number++)
        {
            key[249]++;
            keys.NoteRequest(key, number, 0);
            keys.NoteBytes(key, number, 1, 0);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10L * HotKeySketch.KeysMax, Totals(keys, 0).Requests);
    }

    [Fact]
    public void Weights_fade_with_the_minutes_also_for_who_only_reads()
    {
        var keys = new HotKeys(isEnabled: true);
        for (int number = 0; number < 8; number++) keys.NoteRequest("k"u8, 1, 10 * Minute);
        keys.NoteBytes("k"u8, 1, 1000, 10 * Minute);
        keys.NoteBytes("k"u8, 1, 0, 10 * Minute);
        Assert.Equal((8, 1000), Totals(keys, 10 * Minute + 59));
        Assert.Equal((4, 500), Totals(keys, 11 * Minute));
        Assert.Equal((1, 125), Totals(keys, 13 * Minute));
        Assert.Equal((0, 0), Totals(keys, 1_000_000));
    }

    [Fact]
    public void One_turn_in_64_is_noted_and_none_when_that_is_off()
    {
        const int Turns = 640_000;
        var keys = new HotKeys(isEnabled: true);
        var without = new HotKeys(isEnabled: false);
        int noted = 0;
        for (int turn = 0; turn < Turns; turn++)
        {
            if (keys.BeginTurn()) noted++;
            Assert.False(without.BeginTurn());
        }
        Assert.InRange(noted * (double)HotKeys.SampledOf / Turns, 0.95, 1.05);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Server_shows_the_keys_that_were_asked_for_most(bool isEnabled)
    {
        using var bench = new AdministrationBench(options => options.HotKeysEnabled = isEnabled);
        bench.Put("hot%key", "1");
        bench.Put("large", new string('v', 10_000));
        // Each exchange is a turn of its own, and at least one of 127 is noted.
        for (int turn = 0; turn < 500; turn++)
        {
            bench.Send("get hot%key\r\nmg hot%key\r\nincr hot%key 1\r\nmg large v\r\nmg none\r\nmn\r\n");
            while (bench.ReadLine() != "MN")
            {
            }
        }
        Dictionary<string, string> stats = new(bench.Stats("stats hotkeys"));
        Assert.Equal(isEnabled ? "yes" : "no", stats["hotkeys"]);
        if (!isEnabled)
        {
            Assert.Equal("0", stats["sampled_requests"]);
            Assert.Equal(2, stats.Count);
            return;
        }
        Assert.Equal("hot%25key", stats["requests:1:key"]);
        Assert.InRange(double.Parse(stats["requests:1:percent"], CultureInfo.InvariantCulture), 50, 70);
        Assert.Equal("large", stats["bytes:1:key"]);
        Assert.InRange(double.Parse(stats["bytes:1:percent"], CultureInfo.InvariantCulture), 90, 100);
    }

    private static (long Requests, long Bytes) Totals(HotKeys keys, uint now) =>
        keys.AddTo(new(PrefixComparer.Instance), new(PrefixComparer.Instance), now);

    private static Dictionary<string, long> Held(HotKeySketch sketch)
    {
        var weights = new Dictionary<byte[], long>(PrefixComparer.Instance);
        sketch.AddTo(weights);
        return weights.ToDictionary(pair => Encoding.ASCII.GetString(pair.Key), pair => pair.Value);
    }
}
