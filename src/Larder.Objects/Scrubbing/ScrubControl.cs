using System.Collections.Concurrent;
using Larder.Objects.Devices;

namespace Larder.Objects.Scrubbing;

/// <summary>The scrubbing of all devices of a store: paused, resumed, looked at. Any thread.</summary>
public sealed class ScrubControl
{
    private readonly ConcurrentDictionary<Device, DeviceScrubber> _scrubbers = new();
    private volatile bool _isPaused; // owner: any thread

    /// <summary>Nothing is read until <see cref="Resume"/>.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>How far each device has come, in no order; none when the store does not scrub.</summary>
    public IReadOnlyCollection<ScrubStatus> Status => [.. _scrubbers.Values.Select(scrubber => scrubber.Status)];

    /// <summary>Stops reading within a second; what was done is kept.</summary>
    public void Pause() => _isPaused = true;

    /// <summary>Goes on where it was paused.</summary>
    public void Resume() => _isPaused = false;

    internal void Add(Device device, DeviceScrubber scrubber) => _scrubbers[device] = scrubber;

    internal void Remove(Device device) => _scrubbers.TryRemove(device, out _);
}
