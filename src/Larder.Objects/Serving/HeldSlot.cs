using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Objects.Serving;

/// <summary>
/// A connection's slot of one queue at a time, or its place among those who wait for one. Owned by the stepping thread.
/// </summary>
internal sealed class HeldSlot
{
    private readonly DeviceWaiter _waiter = new();
    private DeviceQueue? _queue; // whose slot we have, or wait for
    private bool _hasSlot;

    /// <summary>Takes a slot, or says what became of the wait for one.</summary>
    /// <returns>Granted; None: <see cref="Wait"/> must follow; else there will be none.</returns>
    public SlotOutcome TryEnter(DeviceQueue queue)
    {
        if (_hasSlot && _queue == queue)
        {
            return SlotOutcome.Granted;
        }
        Leave();
        SlotOutcome outcome = _waiter.Outcome;
        _waiter.Reset();
        if (_queue == queue && outcome != SlotOutcome.None)
        {
            _hasSlot = outcome == SlotOutcome.Granted;
            return outcome;
        }
        if (outcome == SlotOutcome.Granted)
        {
            _queue!.Leave(); // it was exchanged for another while we waited
        }
        _queue = queue;
        _hasSlot = queue.TryEnter();
        return _hasSlot ? SlotOutcome.Granted : SlotOutcome.None;
    }

    /// <summary>Waits for the slot that could not be taken.</summary>
    public void Wait(ParkTicket ticket, long nowMs) => _queue!.Wait(_waiter, ticket, nowMs);

    /// <summary>Gives the slot back, if there is one.</summary>
    public void Leave()
    {
        if (_hasSlot)
        {
            _hasSlot = false;
            _queue!.Leave();
        }
    }

    /// <summary>The connection is over; no wait is under way.</summary>
    public void Close()
    {
        Leave();
        if (_waiter.Outcome == SlotOutcome.Granted)
        {
            _queue!.Leave();
        }
        _waiter.Reset();
    }
}
