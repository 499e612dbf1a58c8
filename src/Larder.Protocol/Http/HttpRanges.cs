namespace Larder.Protocol.Http;

/// <summary>Resolves the Range header of a GET against an object's size (RFC 9110, section 14.2).</summary>
/// <remarks>
/// <code>
/// value = "bytes=" 1#( first "-" [last] / "-" count )
/// </code>
/// As cmogstored where the RFC leaves a choice: <c>-</c> alone and a last byte before the first one satisfy nothing, a
/// count beyond the size is the whole object, and what is no range is refused. Units other than bytes are ignored.
/// </remarks>
public static class HttpRanges
{
    /// <summary>
    /// Ranges that a server should allow in a request: what readers of documents send at once, and far from what makes
    /// work (RFC 9110, section 17.15).
    /// </summary>
    public const int CountMaxDefault = 32;

    // Pieces with less between them than the head of a part are sent as one (RFC 9110, section 15.3.7.2).
    private const long GapMax = 80;

    /// <summary>Resolves a header.</summary>
    /// <param name="value">The value of Range, not empty.</param>
    /// <param name="size">Bytes of the object.</param>
    /// <param name="ranges">
    /// Receives the pieces; as long as the most ranges that are allowed. More of them are answered with the whole
    /// object.
    /// </param>
    /// <param name="count">How many pieces, with Partial; 0 otherwise.</param>
    /// <returns>
    /// What to answer. With Partial the pieces do not touch and stand in the order of the request; those that do touch
    /// have been joined.
    /// </returns>
    public static HttpRangeOutcome Resolve(
        ReadOnlySpan<byte> value, long size, Span<HttpRange> ranges, out int count)
    {
        count = 0;
        int equals = value.IndexOf((byte)'=');
        if (equals < 0 || !HttpHead.IsToken(value[..equals]))
            return HttpRangeOutcome.Malformed;
        if (!AsciiText.EqualsIgnoreCase(value[..equals], "bytes"u8))
            return HttpRangeOutcome.Whole;
        var list = new HttpList(value[(equals + 1)..]);
        HttpRangeOutcome single = HttpRangeOutcome.Malformed;
        int seen = 0;
        int pieces = 0;
        for (; list.MoveNext(); seen++)
        {
            if (seen == ranges.Length)
                return HttpRangeOutcome.Whole;
            single = ResolveOne(list.Current, size, out HttpRange range);
            if (single >= HttpRangeOutcome.Malformed)
                return single;
            if (single != HttpRangeOutcome.NotSatisfiable && range.Last >= 0)
                Add(range, ranges, ref pieces);
        }
        if (seen <= 1 && single != HttpRangeOutcome.Partial)
            return single;
        count = pieces;
        return pieces > 0 ? HttpRangeOutcome.Partial : HttpRangeOutcome.NotSatisfiable;
    }

    /// <summary>The status of an outcome.</summary>
    /// <param name="outcome">What <see cref="Resolve"/> returned.</param>
    /// <returns>Ok, PartialContent, RangeNotSatisfiable, BadRequest or InsufficientStorage.</returns>
    public static HttpStatus StatusOf(HttpRangeOutcome outcome) => outcome switch
    {
        HttpRangeOutcome.Whole => HttpStatus.Ok,
        HttpRangeOutcome.Partial => HttpStatus.PartialContent,
        HttpRangeOutcome.NotSatisfiable => HttpStatus.RangeNotSatisfiable,
        HttpRangeOutcome.TooLarge => HttpStatus.InsufficientStorage,
        _ => HttpStatus.BadRequest,
    };

    // Whole: a suffix longer than the object; its range is all of it, with Last -1 if that is nothing.
    private static HttpRangeOutcome ResolveOne(ReadOnlySpan<byte> text, long size, out HttpRange range)
    {
        range = default;
        int dash = text.IndexOf((byte)'-');
        if (dash < 0)
            return HttpRangeOutcome.Malformed;
        ReadOnlySpan<byte> before = text[..dash];
        ReadOnlySpan<byte> behind = text[(dash + 1)..];
        if (before.IsEmpty && behind.IsEmpty)
            return HttpRangeOutcome.NotSatisfiable;
        long first = 0;
        long last = size - 1;
        HttpStatus firstError = before.IsEmpty ? HttpStatus.None : HttpNumber.Read(before, out first);
        HttpStatus lastError = behind.IsEmpty ? HttpStatus.None : HttpNumber.Read(behind, out last);
        if (firstError == HttpStatus.BadRequest || lastError == HttpStatus.BadRequest)
            return HttpRangeOutcome.Malformed;
        if (firstError != HttpStatus.None || lastError != HttpStatus.None)
            return HttpRangeOutcome.TooLarge;
        if (before.IsEmpty)
        {
            range = new HttpRange(Math.Max(size - last, 0), size - 1);
            return last == 0 ? HttpRangeOutcome.NotSatisfiable
                : last > size ? HttpRangeOutcome.Whole
                : HttpRangeOutcome.Partial;
        }
        if (first >= size || first > last)
            return HttpRangeOutcome.NotSatisfiable;
        range = new HttpRange(first, Math.Min(last, size - 1));
        return HttpRangeOutcome.Partial;
    }

    // A joined piece stands where the first of its parts stood.
    private static void Add(HttpRange range, Span<HttpRange> ranges, ref int count)
    {
        int at = count;
        for (int i = 0; i < count;)
        {
            HttpRange other = ranges[i];
            if (range.First - other.Last > GapMax + 1 || other.First - range.Last > GapMax + 1)
            {
                i++;
                continue;
            }
            range = new HttpRange(Math.Min(range.First, other.First), Math.Max(range.Last, other.Last));
            ranges[(i + 1)..count].CopyTo(ranges[i..]);
            count--;
            at = Math.Min(at, i);
            i = 0;
        }
        ranges[at..count].CopyTo(ranges[(at + 1)..]);
        ranges[at] = range;
        count++;
    }
}
