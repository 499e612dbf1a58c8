using Larder.Events.Driving;
using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>
/// A device that is being opened, by a thread that does nothing else: its disk may hang. The scanning thread takes the
/// device when it is there, or gives it up.
/// </summary>
internal sealed class DeviceOpening
{
    private const int Opening = 0;
    private const int Done = 1;
    private const int Abandoned = 2;

    private readonly object _gate = new(); // a monitor: it is waited on
    private readonly BackgroundLoop _loop;
    private bool _hasEnded;    // owner: _gate
    private SysResult _result; // owner: the loop, then who has seen that it has ended
    private Device? _device;   // the same
    private int _state;        // owner: interlocked

    /// <summary>Begins.</summary>
    /// <param name="root">The store's root.</param>
    /// <param name="number">The device's.</param>
    /// <param name="options">Of all devices.</param>
    public DeviceOpening(string root, int number, DeviceOptions options)
    {
        _loop = new BackgroundLoop($"larder-open-{number}", () => Open(root, number, options));
        _loop.Start();
    }

    /// <summary>Waits for the disk; false when it has not answered in this time.</summary>
    public bool Wait(int timeoutMs)
    {
        long endMs = Environment.TickCount64 + timeoutMs;
        lock (_gate)
        {
            while (!_hasEnded && Environment.TickCount64 < endMs)
            {
                Monitor.Wait(_gate, (int)Math.Max(1, endMs - Environment.TickCount64));
            }
            return _hasEnded;
        }
    }

    /// <summary>What became of it, when it has ended: the device is the caller's.</summary>
    public SysResult Take(out Device? device)
    {
        device = _device;
        return _result;
    }

    /// <summary>Nobody will take it: it is closed when it is there.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _state, Abandoned) == Done)
        {
            _device?.Dispose();
        }
    }

    private int Open(string root, int number, DeviceOptions options)
    {
        _result = Device.Open(root, number, options, out _device);
        if (Interlocked.CompareExchange(ref _state, Done, Opening) == Abandoned)
        {
            _device?.Dispose();
        }
        lock (_gate)
        {
            _hasEnded = true; // publishes the result
            Monitor.Pulse(_gate);
        }
        _loop.RequestStop();
        return BackgroundLoop.UntilWoken;
    }
}
