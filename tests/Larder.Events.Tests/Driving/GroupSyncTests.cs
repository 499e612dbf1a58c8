using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Driving;

/// <summary>Syncs that many share: everybody waits for one that began after they came, and for no other.</summary>
public sealed class GroupSyncTests
{
    private static ParkTicket Ticket() => new LineConnection(new LineLog()).Hold();

    [Fact]
    public void Those_who_come_during_a_sync_share_the_next()
    {
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        using var group = new GroupSync("test-sync", () =>
        {
            inside.Release();
            goOn.Wait(LineClient.DeadlineMs);
            return SysResult.Ok(0);
        });
        var first = new SyncWaiter();
        group.Wait(first, Ticket());
        Assert.True(inside.Wait(LineClient.DeadlineMs));
        SyncWaiter[] later = [.. Enumerable.Range(0, 50).Select(_ => new SyncWaiter())];
        Array.ForEach(later, waiter => group.Wait(waiter, Ticket()));
        Assert.Equal(50, group.Waiting);
        Assert.Equal(0, group.Served); // the sync that runs may have missed what they wrote
        goOn.Release();
        Assert.True(inside.Wait(LineClient.DeadlineMs));
        Until.True(() => group.Served == 1, "the first went on");
        goOn.Release();
        Until.True(() => group.Served == 51, "all went on");
        Assert.Equal(2, group.Syncs);
    }

    [Fact]
    public void Failure_reaches_everybody_who_waited_for_it()
    {
        bool fails = true;
        using var group = new GroupSync("test-sync", () =>
            Volatile.Read(ref fails) ? SysResult.Fail(Errno.InputOutput) : SysResult.Ok(0));
        var waiter = new SyncWaiter();
        group.Wait(waiter, Ticket());
        Until.True(() => group.Served == 1, "it went on");
        Assert.Equal(Errno.InputOutput, waiter.Result.Errno);
        Assert.Equal(1, group.Failures);
        Volatile.Write(ref fails, false);
        group.Wait(waiter, Ticket());
        Until.True(() => group.Served == 2, "it went on again");
        Assert.False(waiter.Result.IsError);
        Assert.Equal(1, group.Failures);
    }

    [Fact]
    public void End_of_the_group_lets_everybody_go_on_with_an_error()
    {
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var group = new GroupSync("test-sync", () =>
        {
            inside.Release();
            goOn.Wait(LineClient.DeadlineMs);
            return SysResult.Ok(0);
        });
        var running = new SyncWaiter();
        group.Wait(running, Ticket());
        Assert.True(inside.Wait(LineClient.DeadlineMs));
        var waiting = new SyncWaiter();
        group.Wait(waiting, Ticket());
        group.Dispose();
        Assert.Equal(Errno.NoDevice, waiting.Result.Errno);
        var late = new SyncWaiter();
        group.Wait(late, Ticket());
        Assert.Equal(Errno.NoDevice, late.Result.Errno);
        goOn.Release();
        Until.True(() => group.Served == 2, "the one whose sync ran goes on with its result");
        Assert.False(running.Result.IsError);
    }
}
