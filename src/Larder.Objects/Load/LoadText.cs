using System.Buffers;
using System.Text;
using Larder.Objects.Devices;
using Larder.Objects.Usage;
using Larder.Protocol.Mogile;

namespace Larder.Objects.Load;

/// <summary>Writes reports of utilisation: a line for each device, <c>-</c> for one without a disk.</summary>
internal static class LoadText
{
    private const int LineOverhead = 12;
    private const string NodeFolder = "/dev/";

    /// <summary>A report of what the kernel has counted.</summary>
    /// <param name="devices">The devices; the root folder is left out.</param>
    /// <param name="load">Hundredths of a per cent, by the kernel's name of the disk.</param>
    public static ReadOnlyMemory<byte> OfKernel(IEnumerable<Device> devices, IReadOnlyDictionary<string, int> load)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (Device device in InOrder(devices))
        {
            int hundredths = load.GetValueOrDefault(
                device.Usage.Mount.Disk ?? "", SideReplyWriter.UtilizationUnknown);
            Span<byte> line = text.GetSpan(SideReplyWriter.UtilizationLengthMax);
            text.Advance(SideReplyWriter.WriteUtilization(line, device.Number, hundredths));
        }
        text.Write(SideReplyWriter.ReportEnd);
        return text.WrittenMemory;
    }

    /// <summary>A report of what another program has printed.</summary>
    /// <param name="devices">The devices; the root folder is left out.</param>
    /// <param name="rows">Utilisation as printed, by the program's names of disks and partitions.</param>
    public static ReadOnlyMemory<byte> OfProgram(IEnumerable<Device> devices, IReadOnlyDictionary<string, string> rows)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (Device device in InOrder(devices))
        {
            byte[] printed = Encoding.ASCII.GetBytes(Find(rows, device.Usage.Mount) ?? "-");
            Span<byte> line = text.GetSpan(printed.Length + LineOverhead);
            text.Advance(SideReplyWriter.WriteUtilization(line, device.Number, printed));
        }
        text.Write(SideReplyWriter.ReportEnd);
        return text.WrittenMemory;
    }

    /// <summary>
    /// The row of a partition, or else of its disk, or else of the disk whose name the mounted partition's begins with:
    /// what follows must be the number of a partition, so that sda is not taken for sdaa.
    /// </summary>
    internal static string? Find(IReadOnlyDictionary<string, string> rows, DeviceMount mount)
    {
        if (rows.TryGetValue(mount.Block ?? "", out string? printed)
            || rows.TryGetValue(mount.Disk ?? "", out printed))
        {
            return printed;
        }
        if (!mount.Source.StartsWith(NodeFolder, StringComparison.Ordinal))
        {
            return null;
        }
        string name = mount.Source[NodeFolder.Length..];
        string disk = name.TrimEnd("0123456789".ToCharArray());
        return rows.GetValueOrDefault(name)
            ?? rows.GetValueOrDefault(disk)
            ?? (disk.EndsWith('p') ? rows.GetValueOrDefault(disk[..^1]) : null); // nvme0n1p2
    }

    private static IOrderedEnumerable<Device> InOrder(IEnumerable<Device> devices)
        => devices.Where(static device => device.Number != Device.RootNumber).OrderBy(static device => device.Number);
}
