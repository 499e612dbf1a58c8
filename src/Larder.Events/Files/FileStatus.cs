using System.Runtime.InteropServices;

namespace Larder.Events.Files;

/// <summary>What the kernel knows of a file (statx(2)).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Inode">Its number within the file system.</param>
/// <param name="Device">The file system: major number in the upper 32 bits, minor number in the lower ones.</param>
/// <param name="ModifiedNs">When its bytes changed last, in nanoseconds since 1970.</param>
/// <param name="ChangedNs">When anything about it changed last, in nanoseconds since 1970.</param>
/// <param name="Blocks">What it takes on the disk, in units of 512 bytes.</param>
/// <param name="Links">Names that it has.</param>
public readonly record struct FileStatus(
    FileKind Kind, long Size, ulong Inode, ulong Device, long ModifiedNs, long ChangedNs, long Blocks, uint Links)
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int FolderType = 0x4000;
    private const int LinkType = 0xA000;
    private const int BlockBytes = 512;
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>Bytes that it takes on the disk.</summary>
    public long BytesOnDisk => Blocks * BlockBytes;

    /// <summary>When its bytes changed last, in whole seconds since 1970: what HTTP tells.</summary>
    public long ModifiedSeconds => Math.DivRem(ModifiedNs, NsPerSecond, out long rest) - (rest < 0 ? 1 : 0);

    /// <summary>True when both tell of the same file with the same bytes and properties.</summary>
    public bool IsSameAs(in FileStatus other)
        => Inode == other.Inode && Device == other.Device && Size == other.Size
            && ModifiedNs == other.ModifiedNs && ChangedNs == other.ChangedNs && Kind == other.Kind;

    /// <summary>Reads a struct statx, whose layout is one for all architectures (statx(2), linux/stat.h).</summary>
    internal static FileStatus Read(ReadOnlySpan<byte> statx)
    {
        int type = MemoryMarshal.Read<ushort>(statx[28..]) & TypeMask;
        FileKind kind = type switch
        {
            RegularType => FileKind.Regular,
            FolderType => FileKind.Folder,
            LinkType => FileKind.Link,
            _ => FileKind.Special,
        };
        ulong device = ((ulong)MemoryMarshal.Read<uint>(statx[136..]) << 32) | MemoryMarshal.Read<uint>(statx[140..]);
        return new FileStatus(
            kind,
            MemoryMarshal.Read<long>(statx[40..]),
            MemoryMarshal.Read<ulong>(statx[32..]),
            device,
            Time(statx[112..]),
            Time(statx[96..]),
            MemoryMarshal.Read<long>(statx[48..]),
            MemoryMarshal.Read<uint>(statx[16..]));
    }

    private static long Time(ReadOnlySpan<byte> at)
        => (MemoryMarshal.Read<long>(at) * NsPerSecond) + MemoryMarshal.Read<uint>(at[8..]);
}
