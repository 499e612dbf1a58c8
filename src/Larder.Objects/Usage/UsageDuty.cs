using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Usage;

/// <summary>Measures how full a device is, once a second, and finds out first what it lies on.</summary>
/// <param name="files">Where the kernel tells of mounts.</param>
internal sealed class UsageDuty(KernelFiles files) : IDeviceDuty
{
    /// <summary>
    /// Others may write to the same file system; a second bounds how long a tracker is told too little or too much.
    /// </summary>
    private const int PeriodMs = 1_000;

    /// <inheritdoc/>
    public int Run(DeviceCare care)
    {
        Device device = care.Device;
        if (ReferenceEquals(device.Usage.Mount, DeviceMount.Unknown))
        {
            device.Usage.Mount = MountTable.Find(files, PathOf(device), device.Identity);
        }
        Measure(device);
        return PeriodMs;
    }

    /// <summary>Asks the file system.</summary>
    public static void Measure(Device device)
    {
        SysResult result = device.Space(out SpaceStatus space);
        if (result.IsError)
        {
            device.Usage.Failed();
        }
        else
        {
            device.Usage.Measured(space, Environment.TickCount64);
        }
    }

    /// <summary>The path behind a link: a device may be one to where its disk is mounted.</summary>
    private static string PathOf(Device device)
    {
        try
        {
            return Directory.ResolveLinkTarget(device.Path, returnFinalTarget: true)?.FullName ?? device.Path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return device.Path;
        }
    }
}
