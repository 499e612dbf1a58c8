using Larder.Events.Driving;
using Larder.Objects.Digesting;

namespace Larder.Objects.Devices;

/// <summary>
/// Who may look at a name of a device and then give it to another object, or take it away: one at a time, so that a
/// condition which held is still true when it counts. Names share queues by their hash; others wait in order and hold
/// no thread. Any thread.
/// </summary>
public sealed class NameQueues
{
    /// <summary>More than there are threads at one device, so that strangers seldom meet; a power of two.</summary>
    private const int Count = 64;

    private readonly DeviceQueue?[] _queues = new DeviceQueue?[Count]; // owner: interlocked; each made when needed
    private readonly string _name;
    private readonly int _waitersMax;

    /// <param name="name">The device, for logs.</param>
    /// <param name="waitersMax">How many may wait in each queue.</param>
    public NameQueues(string name, int waitersMax)
    {
        _name = name;
        _waitersMax = waitersMax;
    }

    /// <summary>The number of a name's queue, the same in all processes.</summary>
    public static int IndexOf(ReadOnlySpan<byte> path) => (int)Crc32C.Of(path) & (Count - 1);

    /// <summary>The queue of a name.</summary>
    /// <param name="path">The whole path; the same for all who mean the same object.</param>
    public DeviceQueue Of(ReadOnlySpan<byte> path)
    {
        ref DeviceQueue? queue = ref _queues[IndexOf(path)];
        return Volatile.Read(ref queue)
            ?? Interlocked.CompareExchange(ref queue, new DeviceQueue(_name, 1, _waitersMax), null) ?? queue!;
    }

    /// <summary>Refuses those who have waited for too long.</summary>
    /// <param name="sinceMs">Monotonic milliseconds: who waits since an earlier time.</param>
    public void ExpireBefore(long sinceMs)
    {
        for (int i = 0; i < Count; i++)
        {
            Volatile.Read(ref _queues[i])?.ExpireBefore(sinceMs);
        }
    }
}
