namespace Larder.Objects.Devices;

/// <summary>
/// Looks whether a device still lies at its path, on the device's own thread: a path to a disk that hangs holds whoever
/// asks about it. The scan of all devices exchanges one that does not.
/// </summary>
/// <param name="periodMs">Milliseconds between two looks.</param>
internal sealed class PlaceDuty(int periodMs) : IDeviceDuty
{
    /// <inheritdoc/>
    public int Run(DeviceCare care)
    {
        care.Device.NotePlace();
        return periodMs;
    }
}
