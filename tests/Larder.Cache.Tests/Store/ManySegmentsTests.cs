using System.Globalization;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: what the background looks for among thousands of segments of large values it finds in time, by few looks in one
/// step. Method: the segments that were looked at are counted. No byte of a value is written, so that no memory is
/// needed for them.
/// </summary>
public sealed class ManySegmentsTests : IDisposable
{
    private const int Values = 3_000;
    private const int Length = 66_000;
    private const int Budget = 1_000;

    /// <summary>A look costs as much as a record; those that led to nothing come on top once.</summary>
    private const int LooksMax = Budget + 256;

    private readonly StoreBench _bench = new(memory: (256 << 20) - 1, pages: new UntouchedPages());
    private int _next;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Segments_in_which_nothing_is_due_are_not_looked_at()
    {
        Store(Values / 2, seconds: 86_400);
        Store(1, seconds: 10);
        Store(Values / 2, seconds: 0);
        Assert.InRange(Step(), 0, 0);
        _bench.Clock.Move(11);
        Assert.InRange(Step(), 1, 1);
        Assert.Equal(Values, _bench.Store.Totals().CurrentItems);
        Assert.InRange(Step(), 0, 0);
        StoreAudit.Check(_bench);
    }

    [Fact]
    public void Values_that_expire_together_go_in_steps()
    {
        Store(Values, seconds: 10);
        Store(1, seconds: 20);
        _bench.Clock.Move(13);
        StepUntil(items: 1, stepsMax: Values / Budget + 2);
        StoreAudit.Check(_bench);
    }

    [Fact]
    public void Values_that_expire_one_after_the_other_are_found_each_second()
    {
        for (int second = 1; second <= 30; second++) Store(Values / 30, seconds: second);
        _bench.Clock.Move(3);
        for (int second = 4; second < 30; second++)
        {
            _bench.Clock.Move(1);
            Step();
            Assert.Equal(Values - second * (Values / 30), _bench.Store.Totals().CurrentItems);
        }
    }

    [Fact]
    public void Flushed_values_go_in_steps_until_the_epoch_is_over()
    {
        Store(Values, seconds: 0);
        _bench.Store.FlushAll();
        Store(10, seconds: 0);
        // The stripes' locks are passed first.
        StepUntil(items: 10, stepsMax: _bench.Store.Table.Index.StripeCount / Budget + Values / Budget + 4);
        ItemTable table = _bench.Store.Table;
        for (int step = 0; table.Arena.OldestEpoch != table.Epoch; step++)
        {
            Assert.True(step < 60, "the round comes to its end");
            Assert.InRange(Step(), 0, LooksMax);
        }
        Assert.InRange(Step(), 0, 0);
        StoreAudit.Check(_bench);
    }

    private void StepUntil(int items, int stepsMax)
    {
        for (int step = 0; _bench.Store.Totals().CurrentItems > items; step++)
        {
            Assert.True(step < stepsMax, $"{_bench.Store.Totals().CurrentItems} items after {step} steps");
            Assert.InRange(Step(), 0, LooksMax);
        }
        Assert.Equal(items, _bench.Store.Totals().CurrentItems);
    }

    // Returns how many segments were looked at.
    private long Step()
    {
        long looks = _bench.Store.Expiry.Looks;
        _ = _bench.Store.Maintain(Budget);
        return _bench.Store.Expiry.Looks - looks;
    }

    private void Store(int count, long seconds)
    {
        uint expiry = seconds == 0 ? 0 : _bench.Clock.ExpiryOf(seconds);
        for (int stored = 0; stored < count; stored++)
        {
            string key = _next++.ToString("D8", CultureInfo.InvariantCulture);
            ReserveStatus status = _bench.Reserve(
                key, Length, new() { Expiry = expiry }, out ItemReservation reservation);
            Assert.Equal(ReserveStatus.Reserved, status);
            reservation.Advance(Length);
            Assert.Equal(StoreStatus.Stored, _bench.Store.Commit(ref reservation).Status);
        }
    }
}
