using Larder.Events.Files;
using Larder.Objects.Devices;

namespace Larder.Objects.Tests.Devices;

/// <summary>What fits onto a device beside its reserve, and the workers' division among devices.</summary>
public sealed class DeviceRoomTests
{
    private static DeviceRoom Room(long reserve, long available)
    {
        var room = new DeviceRoom(reserve);
        room.Refresh(new SpaceStatus(1_000_000, available, available), 0);
        return room;
    }

    [Fact]
    public void Everything_is_accepted_until_the_file_system_has_told()
    {
        var room = new DeviceRoom(1_000);
        Assert.True(room.TryPromise(long.MaxValue / 2));
    }

    [Fact]
    public void Promises_add_up_and_are_taken_back()
    {
        DeviceRoom room = Room(reserve: 100, available: 1_000);
        Assert.True(room.TryPromise(900));
        Assert.False(room.TryPromise(1));
        Assert.True(room.TryPromise(0)); // of unknown length: each piece is asked for
        Assert.False(room.TrySpend(1, 0));
        Assert.True(room.TrySpend(500, 500));
        Assert.Equal((400L, 500L), (room.Promised, room.Spent));
        Assert.False(room.TryPromise(1));
        room.Return(400);
        Assert.True(room.TryPromise(400));
    }

    [Fact]
    public void Answer_of_the_file_system_counts_what_was_spent_before_it_was_asked()
    {
        DeviceRoom room = Room(reserve: 0, available: 1_000);
        Assert.True(room.TrySpend(600, 0));
        long spent = room.Spent;
        Assert.True(room.TrySpend(100, 0)); // while it is asked
        room.Refresh(new SpaceStatus(1_000_000, 400, 400), spent);
        Assert.Equal(100, room.Spent);
        Assert.True(room.TryPromise(300));
        Assert.False(room.TryPromise(1));
    }

    [Fact]
    public void Nothing_fits_below_the_reserve()
    {
        DeviceRoom room = Room(reserve: 2_000, available: 1_000);
        Assert.False(room.TryPromise(0));
    }

    [Theory]
    [InlineData(10, 1, 9)]
    [InlineData(10, 2, 5)]
    [InlineData(10, 0, 9)]
    [InlineData(80, 8, 10)]
    [InlineData(16, 1, 14)]
    [InlineData(4, 8, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 1, 1)]
    public void No_device_gets_all_workers(int workers, int devices, int slots)
        => Assert.Equal(slots, SlotShare.Of(workers, devices));
}
