namespace Larder.Protocol.Http;

/// <summary>Compares an object's ETag with those of a condition (RFC 9110, section 8.8.3).</summary>
public static class HttpETags
{
    /// <summary>Whether a list has the object's ETag; <c>*</c> has every one.</summary>
    /// <param name="list">The value of If-Match, If-None-Match or If-Range.</param>
    /// <param name="etag">
    /// The object's ETag with its quotes, <c>W/</c> before them when it is weak; empty when none.
    /// </param>
    /// <param name="isStrong">
    /// Whether weak ones match nothing (If-Match, If-Range). Otherwise it does not count whether they are weak.
    /// </param>
    /// <returns>False also for a list that is none, from where it ceases to be one.</returns>
    public static bool Contains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> etag, bool isStrong)
    {
        if (list is [(byte)'*'])
            return true;
        bool isWeak = TakeWeakMark(ref etag);
        if (etag.IsEmpty || (isStrong && isWeak))
            return false;
        while (true)
        {
            list = list.TrimStart(", \t"u8);
            bool otherIsWeak = TakeWeakMark(ref list);
            int length = list.StartsWith("\""u8) ? list[1..].IndexOf((byte)'"') + 2 : 0;
            if (length < 2)
                return false;
            ReadOnlySpan<byte> other = list[..length];
            list = list[length..].TrimStart(" \t"u8);
            if (!list.IsEmpty && list[0] != ',')
                return false;
            if (other.SequenceEqual(etag) && !(isStrong && otherIsWeak))
                return true;
        }
    }

    private static bool TakeWeakMark(scoped ref ReadOnlySpan<byte> text)
    {
        bool isWeak = text.StartsWith("W/"u8);
        if (isWeak)
            text = text[2..];
        return isWeak;
    }
}
