namespace Larder.Objects.Devices;

/// <summary>
/// Work on one device that returns again and again, done on the device's own thread (<see cref="DeviceCare"/>): it may
/// block on the disk. One object for each device.
/// </summary>
internal interface IDeviceDuty
{
    /// <summary>
    /// Does a piece of it. Long work is done in short pieces, since the device's other duties wait meanwhile.
    /// </summary>
    /// <param name="care">Whose device it is; long work looks at <see cref="DeviceCare.IsStopping"/>.</param>
    /// <returns>Milliseconds until the next piece is due; 0: at once, after the others that are due.</returns>
    int Run(DeviceCare care);
}
