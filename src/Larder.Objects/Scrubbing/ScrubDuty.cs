using Larder.Objects.Devices;

namespace Larder.Objects.Scrubbing;

/// <summary>Scrubs a device on its own thread.</summary>
/// <param name="scrubber">Of the device.</param>
/// <param name="control">Tells whether all pause.</param>
internal sealed class ScrubDuty(DeviceScrubber scrubber, ScrubControl control) : IDeviceDuty
{
    /// <inheritdoc/>
    public int Run(DeviceCare care)
        => scrubber.Step(control.IsPaused, Environment.TickCount64, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
}
