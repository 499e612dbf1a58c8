using Larder.Objects.Devices;

namespace Larder.Objects.Tests.Devices;

/// <summary>Which operations are expected to wait for their disk.</summary>
public sealed class LikelyWaitsTests
{
    private const long Quick = LikelyWaits.WaitNs - 1;
    private const long Slow = LikelyWaits.WaitNs;

    private readonly LikelyWaits _waits = new();

    [Fact]
    public void Sync_is_always_expected_to_wait_and_nothing_else_at_first()
        => Assert.Equal([DeviceOperation.Sync], Enum.GetValues<DeviceOperation>().Where(_waits.Expects));

    [Fact]
    public void Operation_that_mostly_waits_is_expected_to_until_it_does_not_for_a_while()
    {
        Note(DeviceOperation.Read, Slow, 5);
        Assert.True(_waits.Expects(DeviceOperation.Read));
        Assert.False(_waits.Expects(DeviceOperation.Open));
        Note(DeviceOperation.Read, Slow, 100);
        Note(DeviceOperation.Read, Quick, 11);
        Assert.True(_waits.Expects(DeviceOperation.Read));
        Note(DeviceOperation.Read, Quick, 1);
        Assert.False(_waits.Expects(DeviceOperation.Read));
    }

    [Fact]
    public void One_wait_of_five_is_none_to_expect_and_one_of_three_is()
    {
        for (int i = 0; i < 1_000; i++)
        {
            _waits.Note(DeviceOperation.Open, i % 5 == 0 ? Slow : Quick, 0);
            Assert.False(_waits.Expects(DeviceOperation.Open));
            _waits.Note(DeviceOperation.Write, i % 3 == 0 ? Slow : Quick, 0);
        }
        Assert.True(_waits.Expects(DeviceOperation.Write));
    }

    [Fact]
    public void Many_bytes_may_take_longer()
    {
        const long Bytes = 1_000_000;
        for (int i = 0; i < 10; i++)
        {
            _waits.Note(DeviceOperation.Read, Quick + Bytes, Bytes);
            _waits.Note(DeviceOperation.Write, Slow + Bytes, Bytes);
        }
        Assert.False(_waits.Expects(DeviceOperation.Read));
        Assert.True(_waits.Expects(DeviceOperation.Write));
    }

    private void Note(DeviceOperation operation, long ns, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _waits.Note(operation, ns, 0);
        }
    }
}
