using Larder.Events.Driving;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Events.Wire;
using Larder.Objects.Devices;

namespace Larder.Objects.Serving;

/// <summary>
/// A client whose requests need disks: it has a slot of one device at a time while it works, or waits parked for one,
/// and gives it back at the end of its turn. What serves a request may call the internal members; the stepping thread.
/// </summary>
internal abstract class DeviceConnection : Connection
{
    private readonly HeldSlot _slot = new(); // owner: the stepping thread

    /// <summary>
    /// Takes a slot of a device, or parks until there is one: then the same request or phase is run again, and finds it
    /// granted, or is told why not.
    /// </summary>
    /// <returns>Granted; Waiting: return <see cref="InputState.Park"/>; else there will be none.</returns>
    internal SlotOutcome EnterDevice(Turn turn, Device device) => Enter(turn, _slot, device.Queue);

    /// <summary>Gives the slot back, if there is one.</summary>
    internal void LeaveDevice() => _slot.Leave();

    /// <summary>Parks until others have synced the device too: return <see cref="InputState.Park"/>.</summary>
    internal void ParkForSync(Device device, SyncWaiter waiter)
    {
        LeaveDevice();
        device.Group!.Wait(waiter, Park());
    }

    /// <summary>Sends what is queued; whether nothing is left of it.</summary>
    internal bool TrySendQueued(Turn turn) => TryFlush(turn);

    /// <summary>Sends bytes of a file; nothing may be queued.</summary>
    internal SysResult SendFrom(Turn turn, OpenedFile file, long offset, nint count)
        => SendFile(turn, file, offset, count);

    /// <summary>As <see cref="EnterDevice"/>, with any queue.</summary>
    private protected SlotOutcome Enter(Turn turn, HeldSlot slot, DeviceQueue queue)
    {
        SlotOutcome outcome = slot.TryEnter(queue);
        if (outcome != SlotOutcome.None)
        {
            return outcome;
        }
        slot.Wait(Park(), turn.NowMs);
        return SlotOutcome.Waiting;
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason) => _slot.Close();
}
