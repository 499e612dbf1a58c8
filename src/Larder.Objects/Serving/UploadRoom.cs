using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Serving;

/// <summary>
/// The part of a device's room that one upload has been promised, and the syncs that had failed before it began: what
/// all uploads owe their device. Owned by one connection.
/// </summary>
internal sealed class UploadRoom
{
    private readonly Device _device;
    private readonly long _failuresBefore;
    private long _promised;
    private long _allocated; // of what has been noted as spent, bytes that are to be written yet

    private UploadRoom(Device device, long promised)
    {
        _device = device;
        _promised = promised;
        _failuresBefore = device.Group?.Failures ?? 0;
    }

    /// <summary>Asks for room for a body; ENOSPC when the reserve would be touched.</summary>
    /// <param name="device">Where it goes.</param>
    /// <param name="length">Its bytes, or -1.</param>
    /// <param name="room">Null when the result is an error.</param>
    public static SysResult Take(Device device, long length, out UploadRoom? room)
    {
        long bytes = Math.Max(length, 0);
        room = device.Room.TryPromise(bytes) ? new UploadRoom(device, bytes) : null;
        return room == null ? SysResult.Fail(Errno.NoSpace) : SysResult.Ok(0);
    }

    /// <summary>Notes that the file system has given the file all of its room at once.</summary>
    public void Allocated()
    {
        bool isPromised = _device.Room.TrySpend(_promised, _promised);
        System.Diagnostics.Debug.Assert(isPromised, "room that was promised is not there");
        _allocated = _promised;
        _promised = 0;
    }

    /// <summary>Notes bytes that are about to be written; ENOSPC when they do not fit.</summary>
    public SysResult Spend(int bytes)
    {
        long allocated = Math.Min(bytes, _allocated);
        long promised = Math.Min(bytes - allocated, _promised);
        if (!_device.Room.TrySpend(bytes - allocated, promised))
        {
            return SysResult.Fail(Errno.NoSpace);
        }
        _allocated -= allocated;
        _promised -= promised;
        return SysResult.Ok(0);
    }

    /// <inheritdoc cref="IUpload.Synced"/>
    public SysResult Synced(SysResult shared)
        => !shared.IsError && _device.Group!.Failures != _failuresBefore ? SysResult.Fail(Errno.InputOutput) : shared;

    /// <summary>Gives back what is not needed; idempotent.</summary>
    public void Return()
    {
        _device.Room.Return(_promised);
        _promised = 0;
    }
}
