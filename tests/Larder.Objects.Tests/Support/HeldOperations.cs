using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Tests.Support;

/// <summary>A disk that hangs: operations of one kind wait until the test lets them go on.</summary>
internal sealed class HeldOperations(DeviceOperation held, int device = 1) : IDeviceFaults, IDisposable
{
    private readonly object _gate = new();
    private bool _isHeld;            // owner: _gate
    private int _waiting;            // owner: _gate
    private volatile Errno _failure; // owner: the test

    /// <summary>Operations that are held now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting;
            }
        }
    }

    /// <summary>What operations answer from now on; None lets them through.</summary>
    public Errno Failure
    {
        get => _failure;
        set => _failure = value;
    }

    public void Hold()
    {
        lock (_gate)
        {
            _isHeld = true;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            _isHeld = false;
            Monitor.PulseAll(_gate);
        }
    }

    public Errno Before(int number, DeviceOperation operation)
    {
        if (number != device || operation != held)
        {
            return Errno.None;
        }
        lock (_gate)
        {
            _waiting++;
            while (_isHeld)
            {
                Monitor.Wait(_gate);
            }
            _waiting--;
        }
        return _failure;
    }

    public void Dispose() => Release();
}
