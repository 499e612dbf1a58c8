using System.Globalization;
using System.Text;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Scrubbing;

/// <summary>What the side-channel answers to <c>larder scrub</c>; lines end in CR LF.</summary>
internal static class ScrubAnswers
{
    /// <summary>Of a report, its end: some hundred files.</summary>
    public const int ReportBytesMax = 64 * 1024;

    /// <summary>It is done.</summary>
    public static ReadOnlySpan<byte> Done => "OK\r\n"u8;

    /// <summary>The store scrubs nothing.</summary>
    public static ReadOnlySpan<byte> Off => "ERR nothing is scrubbed here\r\n"u8;

    /// <summary>There is no such device.</summary>
    public static ReadOnlySpan<byte> NoDevice => "ERR no such device\r\n"u8;

    /// <summary>The disk does not answer.</summary>
    public static ReadOnlySpan<byte> Busy => "ERR too many wait for the disk\r\n"u8;

    private static ReadOnlySpan<byte> End => ".\r\n"u8;

    /// <summary>What the kernel says.</summary>
    public static byte[] Failed(Errno errno) => Encoding.ASCII.GetBytes($"ERR {errno}\r\n");

    /// <summary>A line for each device, in the order of their names, and a dot.</summary>
    /// <param name="control">Of the store.</param>
    /// <param name="number">One device, or <see cref="Device.RootNumber"/> for all.</param>
    public static byte[] Status(ScrubControl control, int number)
    {
        var text = new StringBuilder();
        foreach (ScrubStatus status in control.Status.OrderBy(static each => each.Device, StringComparer.Ordinal))
        {
            if (!DeviceSet.TryNumber(status.Device, out int each) || (number != Device.RootNumber && number != each))
            {
                continue;
            }
            string state = control.IsPausedOn(each) ? "paused" : status.IsRunning ? "running" : "waiting";
            text.Append(
                CultureInfo.InvariantCulture,
                $"{status.Device} {state} begun={status.BegunUnix} files={status.Files} bytes={status.Bytes} ");
            text.Append(
                CultureInfo.InvariantCulture,
                $"damaged={status.Damaged} unreadable={status.Unreadable} at=/{status.Position}\r\n");
        }
        return [.. Encoding.ASCII.GetBytes(text.ToString()), .. End];
    }

    /// <summary>The last lines of a device's report, and a dot; the caller has a slot of it.</summary>
    public static byte[] Report(Device device)
    {
        SysResult result = DamagedFiles.ReadReport(device, ReportBytesMax, out byte[] bytes);
        if (result.IsError)
        {
            return result.Errno == Errno.NoEntry ? [.. End] : Failed(result.Errno);
        }
        string lines = Encoding.ASCII.GetString(bytes).Replace("\n", "\r\n", StringComparison.Ordinal);
        return [.. Encoding.ASCII.GetBytes(lines), .. End];
    }
}
