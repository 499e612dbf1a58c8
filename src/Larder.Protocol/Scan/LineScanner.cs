namespace Larder.Protocol.Scan;

/// <summary>
/// Finds the end of a command line. A line ends at LF; a CR before it belongs to the end and not to the line
/// (memcached's text protocol, "a command ends at \n; \r before it is optional").
/// </summary>
public static class LineScanner
{
    /// <summary>The byte that ends every line.</summary>
    public const byte LineFeed = (byte)'\n';

    /// <summary>Finds the first LF, with the widest vectors that the processor has.</summary>
    /// <param name="input">The bytes to look through.</param>
    /// <param name="from">
    /// Where to begin, 0..input.Length: what an earlier call has looked at need not be read again.
    /// </param>
    /// <returns>The index of the LF in <paramref name="input"/>, or -1.</returns>
    public static int IndexOfLineFeed(ReadOnlySpan<byte> input, int from = 0)
    {
        int index = input[from..].IndexOf(LineFeed);
        return index < 0 ? index : index + from;
    }

    /// <summary>The same as <see cref="IndexOfLineFeed"/>, one byte at a time: what the tests compare with.</summary>
    /// <param name="input">The bytes to look through.</param>
    /// <param name="from">Where to begin, 0..input.Length.</param>
    /// <returns>The index of the LF in <paramref name="input"/>, or -1.</returns>
    public static int IndexOfLineFeedScalar(ReadOnlySpan<byte> input, int from = 0)
    {
        for (int i = from; i < input.Length; i++)
            if (input[i] == LineFeed)
                return i;
        return -1;
    }
}
