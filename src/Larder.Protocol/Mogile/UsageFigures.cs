namespace Larder.Protocol.Mogile;

/// <summary>How full a device is, in KiB.</summary>
/// <param name="Available">What everybody may still write.</param>
/// <param name="Total">What everybody may use at all: without what is reserved for the administrator.</param>
/// <param name="Used">What is used.</param>
public readonly record struct UsageFigures(long Available, long Total, long Used)
{
    private const uint KibLength = 1024;

    /// <summary>How much of the total is used, in per cent, rounded up, 0..100; 0 for a total of 0.</summary>
    public int Percent => Total <= 0 ? 0 : (int)Int128.Min((((Int128)Used * 100) + Total - 1) / Total, 100);

    /// <summary>The figures of a file system.</summary>
    /// <param name="blocks">Blocks of the file system (statvfs: f_blocks).</param>
    /// <param name="free">Those that are free (f_bfree).</param>
    /// <param name="available">Those that everybody may use (f_bavail), at most as many.</param>
    /// <param name="blockLength">Bytes of a block (f_frsize).</param>
    /// <returns>The figures.</returns>
    public static UsageFigures Of(ulong blocks, ulong free, ulong available, ulong blockLength) =>
        new(
            ToKib(available, blockLength),
            ToKib(blocks - (free - available), blockLength),
            ToKib(blocks - free, blockLength));

    private static long ToKib(ulong blocks, ulong blockLength) =>
        (long)UInt128.Min((UInt128)blocks * blockLength / KibLength, long.MaxValue);
}
