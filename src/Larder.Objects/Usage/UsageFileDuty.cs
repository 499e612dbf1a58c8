using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Microsoft.Extensions.Logging;

namespace Larder.Objects.Usage;

/// <summary>
/// Writes a device's usage to its disk, for those who look there: beside the old file, and then in its place.
/// </summary>
/// <param name="periodMs">Milliseconds between two files.</param>
/// <param name="logger">Is told when it begins to fail, and when it succeeds again.</param>
internal sealed class UsageFileDuty(int periodMs, ILogger logger) : IDeviceDuty
{
    /// <summary>The file's name below the device.</summary>
    public static ReadOnlySpan<byte> Name => "usage"u8;

    private bool _isFailing; // owner: the device's thread

    /// <inheritdoc/>
    public int Run(DeviceCare care)
    {
        Device device = care.Device;
        UsageDuty.Measure(device);
        byte[]? text = device.IsReadOnly ? null : device.Usage.Text(device.Path, device.Writes, device.Health.Trouble);
        if (text != null)
        {
            Note(device, Replace(device, text));
        }
        return periodMs;
    }

    private static SysResult Replace(Device device, byte[] text)
    {
        byte[] aside = TemporaryNames.Next();
        SysResult result = device.CreateFile(device.Root, aside, out OpenedFile? file);
        if (result.IsError)
        {
            return result;
        }
        using (file)
        {
            result = device.Write(file!, text, 0);
        }
        result = result.IsError ? result : device.Rename(device.Root, aside, Name);
        if (result.IsError)
        {
            device.Remove(device.Root, aside); // if that fails too, the next start finds it
        }
        return result;
    }

    private void Note(Device device, SysResult result)
    {
        if (result.IsError && !_isFailing)
        {
            UsageLog.NotWritten(logger, device.Name, result.Errno);
        }
        else if (!result.IsError && _isFailing)
        {
            UsageLog.WrittenAgain(logger, device.Name);
        }
        _isFailing = result.IsError;
    }
}
