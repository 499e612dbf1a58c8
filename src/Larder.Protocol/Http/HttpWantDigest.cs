namespace Larder.Protocol.Http;

/// <summary>
/// Reads Want-Digest (RFC 3230, section 4.3.1): algorithms between commas, each with a <c>;q=</c> or not.
/// </summary>
public static class HttpWantDigest
{
    /// <summary>Whether a client wants a digest of this algorithm: it is listed, and not with a weight of 0.</summary>
    /// <param name="want">The header's value.</param>
    /// <param name="algorithm">Its name, as registered with IANA; the case of letters does not count.</param>
    public static bool Lists(ReadOnlySpan<byte> want, ReadOnlySpan<byte> algorithm)
    {
        var list = new HttpList(want);
        while (list.MoveNext())
        {
            ReadOnlySpan<byte> element = list.Current;
            int semicolon = element.IndexOf((byte)';');
            ReadOnlySpan<byte> name = semicolon < 0 ? element : AsciiText.Trim(element[..semicolon]);
            if (AsciiText.EqualsIgnoreCase(name, algorithm))
                return semicolon < 0 || !IsZero(AsciiText.Trim(element[(semicolon + 1)..]));
        }
        return false;
    }

    // qvalue of RFC 9110, section 12.4.2: "0" with up to three zeros behind a point.
    private static bool IsZero(ReadOnlySpan<byte> weight) =>
        AsciiText.StartsWithIgnoreCase(weight, "q="u8) && weight.Length > 2 && weight[2] == '0'
        && weight[2..].IndexOfAnyExcept((byte)'0', (byte)'.') < 0;
}
