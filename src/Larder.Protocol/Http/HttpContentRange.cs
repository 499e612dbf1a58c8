namespace Larder.Protocol.Http;

/// <summary>
/// The piece of an object that a PUT brings, or a 206 answers with: <c>bytes FIRST-LAST/TOTAL</c> or
/// <c>bytes FIRST-LAST/*</c> (RFC 9110, section 14.4).
/// </summary>
/// <param name="First">The first byte, from 0.</param>
/// <param name="Last">The last byte, at least First.</param>
/// <param name="Total">Bytes of the whole object, more than Last; -1 for <c>*</c>.</param>
public readonly record struct HttpContentRange(long First, long Last, long Total)
{
    /// <summary>Bytes of the piece.</summary>
    public long Length => Last - First + 1;

    /// <summary>Reads the value of a Content-Range header.</summary>
    /// <param name="value">The value, without white space around it.</param>
    /// <param name="range">The piece, or default beside an error.</param>
    /// <returns>
    /// None; BadRequest for anything but these two forms or positions that contradict each other; InsufficientStorage
    /// for numbers above 2^63-1.
    /// </returns>
    public static HttpStatus Read(ReadOnlySpan<byte> value, out HttpContentRange range)
    {
        range = default;
        int dash = value.IndexOf((byte)'-');
        int slash = value.IndexOf((byte)'/');
        if (!AsciiText.StartsWithIgnoreCase(value, "bytes "u8) || dash < 0 || slash < dash)
            return HttpStatus.BadRequest;
        HttpStatus first = HttpNumber.Read(value["bytes ".Length..dash], out long from);
        HttpStatus last = HttpNumber.Read(value[(dash + 1)..slash], out long to);
        ReadOnlySpan<byte> size = value[(slash + 1)..];
        long total = -1;
        HttpStatus whole = size is [(byte)'*'] ? HttpStatus.None : HttpNumber.Read(size, out total);
        HttpStatus error = Worst(first, last, whole);
        if (error != HttpStatus.None)
            return error;
        if (to < from || (total >= 0 && to >= total) || to - from == long.MaxValue)
            return HttpStatus.BadRequest;
        range = new HttpContentRange(from, to, total);
        return HttpStatus.None;
    }

    // What is no number is worse than one that is too large.
    private static HttpStatus Worst(HttpStatus a, HttpStatus b, HttpStatus c) =>
        a == HttpStatus.BadRequest || b == HttpStatus.BadRequest || c == HttpStatus.BadRequest
            ? HttpStatus.BadRequest
            : (HttpStatus)Math.Max((ushort)a, Math.Max((ushort)b, (ushort)c));
}
