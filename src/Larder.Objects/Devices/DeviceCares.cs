namespace Larder.Objects.Devices;

/// <summary>The threads of all devices: one is started for each that comes, and leaves when its device goes.</summary>
/// <param name="duties">Makes the duties of a device.</param>
internal sealed class DeviceCares(Func<Device, IEnumerable<IDeviceDuty>> duties)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Device, DeviceCare> _cares = []; // owner: _lock
    private bool _isStopped;                                     // owner: _lock

    /// <summary>A device has come. The root folder is none.</summary>
    public void Add(Device device)
    {
        if (device.Number == Device.RootNumber)
        {
            return;
        }
        lock (_lock)
        {
            if (!_isStopped)
            {
                var care = new DeviceCare(device, duties(device));
                _cares.Add(device, care);
                care.Start();
            }
        }
    }

    /// <summary>A device has gone: its thread leaves when it can.</summary>
    public void Remove(Device device)
    {
        lock (_lock)
        {
            if (_cares.Remove(device, out DeviceCare? care))
            {
                care.RequestStop();
            }
        }
    }

    /// <summary>Lets the duties of one kind be done now, on all devices; any thread.</summary>
    public void Wake<T>()
        where T : IDeviceDuty
    {
        foreach (DeviceCare care in Snapshot())
        {
            care.Wake<T>();
        }
    }

    /// <summary>Asks all threads to leave and waits for them, together at most so long.</summary>
    /// <returns>How many still work: their disks hang.</returns>
    public int Stop(int timeoutMs)
    {
        lock (_lock)
        {
            _isStopped = true;
        }
        DeviceCare[] cares = Snapshot();
        Array.ForEach(cares, static care => care.RequestStop());
        long endMs = Environment.TickCount64 + timeoutMs;
        return cares.Count(care => !care.Stop((int)Math.Max(0, endMs - Environment.TickCount64)));
    }

    private DeviceCare[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _cares.Values];
        }
    }
}
