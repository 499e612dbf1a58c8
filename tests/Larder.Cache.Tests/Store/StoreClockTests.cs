using System.Diagnostics;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

public sealed class StoreClockTests
{
    private const long Started = 1_700_000_000;

    [Fact]
    public void Clock_starts_at_2_and_moves_when_told()
    {
        var clock = new StoreClock(Started, isPaused: true);
        Assert.Equal((2u, Started), (clock.Now, clock.UnixNow));
        clock.Move(40);
        clock.Advance();
        Assert.Equal((42u, Started + 40), (clock.Now, clock.UnixNow));
        clock.Move(-5);
        Assert.Equal(42u, clock.Now);
    }

    [Theory]
    [InlineData(0, 0u)]
    [InlineData(-1, 1u)]
    [InlineData(1, 13u)]
    [InlineData(2_592_000, 2_592_012u)]
    [InlineData(2_592_001, 1u)]
    [InlineData(Started - 1, 1u)]
    [InlineData(Started, 2u)]
    [InlineData(Started + 100, 102u)]
    public void Exptime_becomes_a_second_of_the_clock(long exptime, uint expiry)
    {
        var clock = new StoreClock(Started, isPaused: true);
        clock.Move(10);
        Assert.Equal(expiry, clock.ExpiryOf(exptime));
    }

    [Fact]
    public void Running_clock_passes_a_second_and_a_paused_one_does_not()
    {
        var running = new StoreClock();
        var paused = new StoreClock();
        paused.Pause();
        long deadline = Stopwatch.GetTimestamp() + 10 * Stopwatch.Frequency;
        while (running.Now == StoreClock.Start && Stopwatch.GetTimestamp() < deadline)
        {
            running.Advance();
            paused.Advance();
        }
        Assert.Equal(StoreClock.Start + 1, running.Now);
        Assert.Equal(StoreClock.Start, paused.Now);
        paused.Resume();
        paused.Advance();
        Assert.Equal(StoreClock.Start, paused.Now);
    }

    [Fact]
    public void Moved_clock_goes_on_from_there()
    {
        var clock = new StoreClock();
        clock.Move(1000);
        clock.Advance();
        Assert.InRange(clock.Now, 1002u, 1003u);
    }
}
