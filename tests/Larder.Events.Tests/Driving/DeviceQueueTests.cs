using Larder.Events.Driving;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Driving;

/// <summary>Slots of a device: given in order, bounded, never lost.</summary>
public sealed class DeviceQueueTests
{
    private static DeviceWaiter Wait(DeviceQueue queue, long nowMs = 0)
    {
        var waiter = new DeviceWaiter();
        queue.Wait(waiter, new LineConnection(new LineLog()).Hold(), nowMs);
        return waiter;
    }

    [Fact]
    public void Slots_are_given_until_none_is_left()
    {
        var queue = new DeviceQueue("disk", slots: 2, waitersMax: 8);
        Assert.True(queue.TryEnter());
        Assert.True(queue.TryEnter());
        Assert.False(queue.TryEnter());
        Assert.Equal(2, queue.Busy);
        queue.Leave();
        Assert.True(queue.TryEnter());
    }

    [Fact]
    public void Waiters_get_slots_in_the_order_in_which_they_came()
    {
        var queue = new DeviceQueue("disk", slots: 1, waitersMax: 8);
        Assert.True(queue.TryEnter());
        DeviceWaiter[] waiters = [Wait(queue), Wait(queue), Wait(queue)];
        Assert.Equal(3, queue.Waiting);
        Assert.Equal(3, queue.Waits);
        for (int i = 0; i < waiters.Length; i++)
        {
            Assert.All(waiters[i..], waiter => Assert.Equal(SlotOutcome.Waiting, waiter.Outcome));
            queue.Leave();
            Assert.Equal(SlotOutcome.Granted, waiters[i].Outcome);
            Assert.False(queue.TryEnter()); // the slot went on, nobody overtakes
        }
        queue.Leave();
        Assert.Equal(0, queue.Busy);
    }

    [Fact]
    public void Slot_freed_between_the_look_and_the_wait_is_granted_at_once()
    {
        var queue = new DeviceQueue("disk", slots: 1, waitersMax: 8);
        Assert.Equal(SlotOutcome.Granted, Wait(queue).Outcome);
        Assert.Equal(1, queue.Busy);
        Assert.Equal(0, queue.Waits);
    }

    [Fact]
    public void Full_queue_refuses()
    {
        var queue = new DeviceQueue("disk", slots: 1, waitersMax: 1);
        Assert.True(queue.TryEnter());
        DeviceWaiter first = Wait(queue);
        Assert.Equal(SlotOutcome.Refused, Wait(queue).Outcome);
        Assert.Equal(1, queue.Refused);
        Assert.Equal(SlotOutcome.Waiting, first.Outcome);
    }

    [Fact]
    public void Waits_that_are_too_old_expire_and_hold_no_slot()
    {
        var queue = new DeviceQueue("disk", slots: 1, waitersMax: 8);
        Assert.True(queue.TryEnter());
        DeviceWaiter old = Wait(queue, nowMs: 10);
        DeviceWaiter young = Wait(queue, nowMs: 20);
        queue.ExpireBefore(20);
        Assert.Equal(SlotOutcome.Expired, old.Outcome);
        Assert.Equal(SlotOutcome.Waiting, young.Outcome);
        Assert.Equal(1, queue.Expired);
        queue.Leave();
        Assert.Equal(SlotOutcome.Granted, young.Outcome);
    }

    [Fact]
    public void More_slots_let_waiters_in_and_fewer_wait_for_those_who_leave()
    {
        var queue = new DeviceQueue("disk", slots: 1, waitersMax: 8);
        Assert.True(queue.TryEnter());
        DeviceWaiter[] waiters = [Wait(queue), Wait(queue), Wait(queue)];
        queue.Slots = 3;
        Assert.Equal(
            [SlotOutcome.Granted, SlotOutcome.Granted, SlotOutcome.Waiting], waiters.Select(each => each.Outcome));
        queue.Slots = 1;
        queue.Leave();
        queue.Leave();
        Assert.Equal(SlotOutcome.Waiting, waiters[2].Outcome);
        queue.Leave();
        Assert.Equal(SlotOutcome.Granted, waiters[2].Outcome);
        Assert.Equal(1, queue.Busy);
    }

    [Fact]
    public void Number_of_slots_is_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceQueue("disk", 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceQueue("disk", 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceQueue("disk", 1, 1).Slots = 0);
    }

    [Fact]
    public void Many_threads_never_hold_more_slots_than_there_are()
    {
        const int Slots = 3;
        var queue = new DeviceQueue("disk", Slots, waitersMax: 1000);
        int inside = 0;
        int most = 0;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 2_000; i++)
            {
                DeviceWaiter? waiter = queue.TryEnter() ? null : Wait(queue);
                var spin = default(SpinWait);
                while (waiter?.Outcome == SlotOutcome.Waiting)
                {
                    spin.SpinOnce();
                }
                int now = Interlocked.Increment(ref inside);
                for (int seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
                {
                    Interlocked.CompareExchange(ref most, now, seen);
                }
                Interlocked.Decrement(ref inside);
                queue.Leave();
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.InRange(most, 1, Slots);
        Assert.Equal(0, queue.Busy);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public void Closed_queue_refuses_everybody_and_tells_when_the_last_has_left()
    {
        var queue = new DeviceQueue("disk", slots: 2, waitersMax: 8);
        Assert.True(queue.TryEnter());
        Assert.True(queue.TryEnter());
        DeviceWaiter[] waiting = [Wait(queue), Wait(queue)];
        int drained = 0;
        queue.Close(() => drained++);
        Assert.All(waiting, waiter => Assert.Equal(SlotOutcome.Refused, waiter.Outcome));
        Assert.Equal(0, queue.Waiting);
        Assert.False(queue.TryEnter());
        queue.Leave();
        Assert.False(queue.TryEnter());
        Assert.Equal(SlotOutcome.Refused, Wait(queue).Outcome);
        Assert.Equal(0, drained);
        queue.Leave();
        Assert.Equal(1, drained);
        Assert.False(queue.TryEnter());
    }

    [Fact]
    public void Queue_that_is_closed_with_nobody_in_it_is_drained_at_once()
    {
        var queue = new DeviceQueue("disk", slots: 2, waitersMax: 8);
        int drained = 0;
        queue.Close(() => drained++);
        Assert.Equal(1, drained);
    }
}
