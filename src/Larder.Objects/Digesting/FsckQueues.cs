using System.Collections.Concurrent;
using Larder.Events.Driving;
using Larder.Objects.Devices;

namespace Larder.Objects.Digesting;

/// <summary>
/// Who may check a file system: one for each at a time, however many devices lie on it; others wait in order. Any
/// thread.
/// </summary>
internal sealed class FsckQueues
{
    /// <summary>As many as there are connections: each waits once at most.</summary>
    private const int WaitersMax = int.MaxValue;

    private readonly ConcurrentDictionary<ulong, DeviceQueue> _queues = new();

    /// <summary>The queue of the file system that a device lies on.</summary>
    public DeviceQueue Of(Device device) => _queues.GetOrAdd(
        device.Identity.Device, static number => new DeviceQueue($"fsck-{number:x}", 1, WaitersMax));
}
