using Larder.Events.Files;
using Larder.Events.Native;
using Microsoft.Extensions.Logging;

namespace Larder.Objects.Devices;

/// <summary>
/// Closes what connections have left behind, and tries a device that is out of service: what is written to a small file
/// must be read again, reach the disk, and go away.
/// </summary>
/// <param name="options">How often, and how many probes must succeed.</param>
/// <param name="logger">Is told when the device is back.</param>
internal sealed class HealthDuty(DeviceOptions options, ILogger logger) : IDeviceDuty
{
    private static ReadOnlySpan<byte> Content => "written to see whether this disk works"u8;

    private long _probeDueMs; // owner: the device's thread

    /// <inheritdoc/>
    public int Run(DeviceCare care)
    {
        Device device = care.Device;
        device.CloseLeft();
        long nowMs = Environment.TickCount64;
        if (!device.Health.IsInService && !device.IsReadOnly && nowMs >= _probeDueMs)
        {
            _probeDueMs = nowMs + options.ProbePeriodMs;
            if (device.Health.ProbeEnded(Probe(device), nowMs))
            {
                DeviceLog.BackInService(logger, device.Name, options.ProbesNeeded);
            }
        }
        return Math.Min(options.CarePeriodMs, options.ProbePeriodMs);
    }

    /// <summary>Whether a small file can be written, read, brought to the disk and removed.</summary>
    internal static bool Probe(Device device)
    {
        byte[] name = TemporaryNames.Next(); // swept like others if we end before it is removed
        SysResult result = device.OpenParent(name, makes: false, out FolderHandle? folder);
        if (result.IsError)
        {
            return false;
        }
        using (folder)
        {
            result = device.CreateFile(folder!, name, out OpenedFile? file);
            if (result.IsError)
            {
                return false;
            }
            bool isFine;
            using (file)
            {
                Span<byte> back = stackalloc byte[Content.Length];
                isFine = !device.Write(file!, Content, 0).IsError
                    && !device.Sync(file!).IsError
                    && device.Read(file!, back, 0) is { IsError: false, Int: var length }
                    && back[..length].SequenceEqual(Content);
            }
            return !device.Remove(folder!, name).IsError && isFine;
        }
    }
}
