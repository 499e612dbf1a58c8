using System.Runtime.InteropServices;

namespace Larder.Events.Files;

/// <summary>The room of a file system (statvfs(3)), in bytes.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Free">Not used, for those with privileges.</param>
/// <param name="Available">Not used, for everybody.</param>
public readonly record struct SpaceStatus(long Total, long Free, long Available)
{
    /// <summary>sizeof(struct statvfs) on 64-bit Linux is 112.</summary>
    internal const int Bytes = 128;

    internal static SpaceStatus Read(ReadOnlySpan<byte> statvfs)
    {
        long unit = MemoryMarshal.Read<long>(statvfs[8..]);
        return new SpaceStatus(
            MemoryMarshal.Read<long>(statvfs[16..]) * unit,
            MemoryMarshal.Read<long>(statvfs[24..]) * unit,
            MemoryMarshal.Read<long>(statvfs[32..]) * unit);
    }
}
