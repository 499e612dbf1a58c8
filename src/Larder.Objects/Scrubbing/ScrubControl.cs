using System.Collections.Concurrent;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Scrubbing;

/// <summary>The scrubbing of all devices of a store: paused, resumed, looked at. Any thread.</summary>
public sealed class ScrubControl
{
    private readonly ConcurrentDictionary<Device, DeviceScrubber> _scrubbers = new();
    private readonly Lock _marking = new();
    private volatile bool _isPaused; // owner: any thread
    private volatile HashSet<int> _marked = []; // owner: _marking, which replaces it whole

    /// <summary>Nothing is read until <see cref="Resume"/>, by wish of the process that embeds the store.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>How far each device has come, in no order; none when the store does not scrub.</summary>
    public IReadOnlyCollection<ScrubStatus> Status => [.. _scrubbers.Values.Select(scrubber => scrubber.Status)];

    /// <summary>Stops reading within a second; what was done is kept.</summary>
    public void Pause() => _isPaused = true;

    /// <summary>Goes on where it was paused.</summary>
    public void Resume() => _isPaused = false;

    /// <summary>Whether a device is read, as far as wishes go.</summary>
    /// <param name="number">The device's.</param>
    public bool IsPausedOn(int number)
    {
        HashSet<int> marked = _marked;
        return _isPaused || marked.Contains(Device.RootNumber) || marked.Contains(number);
    }

    internal void Add(Device device, DeviceScrubber scrubber) => _scrubbers[device] = scrubber;

    internal void Remove(Device device) => _scrubbers.TryRemove(device, out _);

    /// <summary>Looks at the marks, which other processes may have set; one that touches the root folder.</summary>
    internal void Look(string root)
    {
        HashSet<int> found = ScrubMarks.Find(root);
        lock (_marking)
        {
            _marked = found;
        }
    }

    /// <summary>Pauses or resumes by marks that stay; resuming all takes those of single devices away, too.</summary>
    /// <param name="root">The root folder, as a device; the caller has a slot of it.</param>
    /// <param name="number">The device's, or <see cref="Device.RootNumber"/> for all.</param>
    /// <param name="isPaused">Whether it is to be paused.</param>
    internal SysResult Mark(Device root, int number, bool isPaused)
    {
        int[] numbers = number == Device.RootNumber && !isPaused ? [.. _marked, number] : [number];
        foreach (int each in numbers)
        {
            SysResult result = ScrubMarks.Set(root, each, isPaused);
            if (result.IsError)
            {
                return result;
            }
            lock (_marking)
            {
                HashSet<int> marked = [.. _marked];
                _ = isPaused ? marked.Add(each) : marked.Remove(each);
                _marked = marked;
            }
        }
        return SysResult.Ok(0);
    }
}
