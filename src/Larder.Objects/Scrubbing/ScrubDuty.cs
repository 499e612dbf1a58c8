using Larder.Objects.Devices;

namespace Larder.Objects.Scrubbing;

/// <summary>Scrubs a device on its own thread.</summary>
/// <param name="scrubber">Of the device.</param>
/// <param name="number">The device's.</param>
/// <param name="control">Tells whether it pauses.</param>
internal sealed class ScrubDuty(DeviceScrubber scrubber, int number, ScrubControl control) : IDeviceDuty
{
    /// <inheritdoc/>
    public int Run(DeviceCare care)
        => scrubber.Step(
            control.IsPausedOn(number), Environment.TickCount64, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
}
