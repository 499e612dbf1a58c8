using System.Collections.Concurrent;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Tests.Support;

/// <summary>Disks that freeze and fail at a test's word; none stays frozen beyond a deadline.</summary>
internal sealed class DiskFaults : IDeviceFaults
{
    private readonly ConcurrentDictionary<int, ManualResetEventSlim> _frozen = new();
    private readonly ConcurrentDictionary<(int Device, DeviceOperation Operation), Errno> _errors = new();
    private int _held;

    /// <summary>Operations that are held now.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Operations begin and do not end until <see cref="Thaw"/>.</summary>
    public void Freeze(int device) => _frozen[device] = new ManualResetEventSlim();

    public void Thaw(int device)
    {
        if (_frozen.TryRemove(device, out ManualResetEventSlim? gate))
        {
            gate.Set();
        }
    }

    public void Fail(int device, DeviceOperation operation, Errno errno) => _errors[(device, operation)] = errno;

    public void Heal(int device, DeviceOperation operation) => _errors.TryRemove((device, operation), out _);

    public Errno Before(int device, DeviceOperation operation)
    {
        if (_frozen.TryGetValue(device, out ManualResetEventSlim? gate))
        {
            Interlocked.Increment(ref _held);
            gate.Wait(RawClient.DeadlineMs * 2);
            Interlocked.Decrement(ref _held);
        }
        return _errors.GetValueOrDefault((device, operation));
    }
}
