using Larder.Bench.Pausing;

namespace Larder.Tests.Bench.Pausing;

public sealed class PauseScriptTests
{
    private const long Memory = 64 << 20;

    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly PauseOptions s_options = new() { Targets = [], Rate = 1000, Keys = 8 };

    [Theory]
    [InlineData(PausePhase.Fill, "")]
    [InlineData(PausePhase.Eviction, "")]
    [InlineData(PausePhase.Expiry, "")]
    [InlineData(PausePhase.Limit, "625 cache_memlimit 32, 3125 cache_memlimit 64")]
    [InlineData(PausePhase.Sizes, "")]
    [InlineData(PausePhase.Flush, "1250 flush_all")]
    internal void Phase_gives_its_orders_and_takes_its_time(PausePhase phase, string orders)
    {
        PauseScript script = Of(phase, Memory);
        Assert.Equal(
            orders, string.Join(", ", script.Measured.Orders.Select(order => $"{order.Request} {order.Line}")));
        Assert.Equal((1000, 5000), (script.Measured.Rate, script.Measured.Requests));
    }

    [Theory]
    [InlineData(PausePhase.Eviction)]
    [InlineData(PausePhase.Expiry)]
    [InlineData(PausePhase.Limit)]
    [InlineData(PausePhase.Sizes)]
    [InlineData(PausePhase.Flush)]
    internal void Server_is_filled_first_but_for_the_filling(PausePhase phase)
    {
        BurstPart part = Assert.Single(Of(phase, Memory).Preparation!.Parts);
        Assert.InRange(part.Requests * part.Content.Keys, Memory / 40, (Memory / 40) + 64);
        Assert.Equal(0u, part.Content.GetsAmong);
        Assert.Null(Of(PausePhase.Fill, Memory).Preparation);
    }

    /// <summary>All expires at once, a second after measuring begins, and measuring waits for it.</summary>
    [Fact]
    public void Expiry_comes_shortly_after_measuring_begins()
    {
        PauseScript script = Of(PausePhase.Expiry, Memory);
        long expiry = Assert.Single(script.Preparation!.Parts).Content.Exptime;
        Assert.Equal(expiry - 1, script.Begin!.Value.ToUnixTimeSeconds());
        Assert.True(script.Begin.Value >= s_now + script.Preparation.Limit, "measured before it is prepared");
        Assert.InRange(script.Begin.Value - s_now, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(10));
        Assert.Equal(0, script.Measured.Parts[0].Content.Exptime);
    }

    [Fact]
    public void Expiry_in_a_short_phase_comes_in_its_first_quarter()
    {
        PauseOptions brief = s_options with { Duration = TimeSpan.FromMilliseconds(400) };
        PauseScript script = PauseScript.Of(PausePhase.Expiry, brief, Memory, s_now)!;
        long expiry = Assert.Single(script.Preparation!.Parts).Content.Exptime;
        Assert.Equal((expiry * 1000) - 100, script.Begin!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Sizes_are_large_for_one_half_and_tiny_for_the_other()
    {
        BurstRun run = Of(PausePhase.Sizes, Memory).Measured;
        Assert.Equal([(2500, 2, 4000), (2500, 8, 10)], run.Parts.Select(
            part => (part.Requests, part.Content.Keys, part.Content.Values.LengthMax)));
        Assert.All(run.Parts, part => Assert.True(part.Content.GetsAmong > 0));
        Assert.Equal([(1, 2), (0, 1), (0, 1), (0, 1), (1, 2)], StoresAndReplies(run.Parts[0].Content));
        Assert.Equal([(4, 2), (4, 2), (4, 2), (4, 2), (4, 2)], StoresAndReplies(run.Parts[1].Content));
        BurstContent filling = Of(PausePhase.Fill, Memory).Measured.Parts[0].Content;
        Assert.Equal((8, 1), (filling.Stores(3), filling.Replies(3)));
    }

    /// <summary>The control holds nothing: it is not filled, and gets the same orders all the same.</summary>
    [Fact]
    public void Server_that_does_not_tell_its_memory_is_not_filled()
    {
        foreach (PausePhase phase in Enum.GetValues<PausePhase>())
        {
            PauseScript script = Of(phase, memory: null);
            Assert.Equal((null, null), (script.Preparation, script.Begin));
            Assert.Equal(Of(phase, Memory).Measured.Orders, script.Measured.Orders);
        }
    }

    [Theory]
    [InlineData(1L << 30, true)]
    [InlineData((1L << 30) + 1, false)]
    public void Memory_beyond_a_gibibyte_is_refused(long memory, bool isGood) =>
        Assert.Equal(isGood, PauseScript.Of(PausePhase.Fill, s_options, memory, s_now) is not null);

    [Fact]
    public void Warmup_has_one_request_at_least() =>
        Assert.Equal(1, PauseScript.Warmup(s_options with { Warmup = TimeSpan.FromTicks(1) }).Requests);

    private static IEnumerable<(int Stores, int Replies)> StoresAndReplies(BurstContent content) =>
        Enumerable.Range(0, 5).Select(request => (content.Stores(request), content.Replies(request)));

    private static PauseScript Of(PausePhase phase, long? memory) => PauseScript.Of(phase, s_options, memory, s_now)!;
}
