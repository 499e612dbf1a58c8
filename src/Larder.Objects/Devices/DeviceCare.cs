using Larder.Events.Driving;

namespace Larder.Objects.Devices;

/// <summary>
/// A device's own thread, on which its duties are done one after the other when they are due. A disk that hangs holds
/// this thread and no other.
/// </summary>
internal sealed class DeviceCare
{
    private readonly IDeviceDuty[] _duties;
    private readonly long[] _dueMs; // owner: the loop
    private readonly bool[] _asked; // owner: any thread sets, the loop clears; volatile
    private readonly BackgroundLoop _loop;

    /// <param name="device">The device.</param>
    /// <param name="duties">Due at once; in this order when several are.</param>
    public DeviceCare(Device device, IEnumerable<IDeviceDuty> duties)
    {
        Device = device;
        _duties = [.. duties];
        _dueMs = new long[_duties.Length];
        _asked = new bool[_duties.Length];
        _loop = new BackgroundLoop($"larder-care-{device.Name}", Work);
    }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>True when the thread is to leave.</summary>
    public bool IsStopping => _loop.IsStopping;

    /// <summary>Begins with the duties.</summary>
    public void Start() => _loop.Start();

    /// <summary>Lets the duties of one kind be done now; any thread.</summary>
    public void Wake<T>()
        where T : IDeviceDuty
    {
        for (int i = 0; i < _duties.Length; i++)
        {
            if (_duties[i] is T)
            {
                Volatile.Write(ref _asked[i], true); // before the wake-up, which publishes it
            }
        }
        _loop.Wake();
    }

    /// <summary>Asks the thread to leave after the present piece of work; any thread.</summary>
    public void RequestStop() => _loop.RequestStop();

    /// <summary>Asks it to leave and waits at most so long.</summary>
    /// <returns>False when it still works: the disk hangs.</returns>
    public bool Stop(int timeoutMs) => _loop.Stop(timeoutMs);

    private int Work()
    {
        if (!Device.TryHold())
        {
            return BackgroundLoop.UntilWoken; // it is gone, and so is this thread when it is told
        }
        try
        {
            return DoDuties();
        }
        finally
        {
            Device.Release();
        }
    }

    private int DoDuties()
    {
        long nextMs = long.MaxValue;
        for (int i = 0; i < _duties.Length && !IsStopping; i++)
        {
            bool isAsked = Volatile.Read(ref _asked[i]);
            if (isAsked || Environment.TickCount64 >= _dueMs[i])
            {
                Volatile.Write(ref _asked[i], false); // before the work: who asks later has it done again
                int waitMs = _duties[i].Run(this);
                _dueMs[i] = Environment.TickCount64 + waitMs;
            }
            nextMs = Math.Min(nextMs, _dueMs[i]);
        }
        return (int)Math.Clamp(nextMs - Environment.TickCount64, 0, int.MaxValue);
    }
}
