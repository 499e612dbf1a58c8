using Larder.Bench.Pausing;

namespace Larder.Tests.Bench.Pausing;

public sealed class StolenTimeTests
{
    [Fact]
    public void Stolen_time_is_that_of_one_processor_and_of_the_others()
    {
        StolenTime before = StolenTime.Parse(
        [
            "cpu  9 9 9 9 9 9 9 66 9 9",
            "cpu0 1 2 3 4 5 6 7 10 0 0",
            "cpu1 1 2 3 4 5 6 7 20 0 0",
            "cpu2 1 2 3 4 5 6 7 36 0 0",
            "intr 5 4",
            "ctxt 77",
        ]);
        StolenTime after = StolenTime.Parse(
        [
            "cpu  0 0 0 0 0 0 0 0 0 0",
            "cpu0 1 2 3 4 5 6 7 11 0 0",
            "cpu1 8 8 8 8 8 8 8 25 0 0",
            "cpu2 0 0 0 0 0 0 0 38 0 0",
        ]);
        Assert.Equal((50, 30), after.Since(before, processor: 1));
        Assert.Equal((0, 80), after.Since(before, processor: 3));
    }

    [Fact]
    public void Machine_tells_the_stolen_time_of_each_of_its_processors() =>
        Assert.InRange(StolenTime.Read().Milliseconds.Count, 1, 100_000);
}
