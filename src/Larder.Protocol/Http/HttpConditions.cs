namespace Larder.Protocol.Http;

/// <summary>
/// Evaluates the If- headers of a request in the order of RFC 9110, section 13.2.2. Dates that are none are ignored.
/// </summary>
public static class HttpConditions
{
    /// <summary>Evaluates.</summary>
    /// <param name="request">The request, good.</param>
    /// <param name="exists">Whether there is an object.</param>
    /// <param name="etag">Its ETag, as for <see cref="HttpETags.Contains"/>; empty when it has none.</param>
    /// <param name="lastModified">When it changed, in seconds of UNIX time; not read without an object.</param>
    /// <param name="now">Seconds of UNIX time.</param>
    /// <returns>What to do.</returns>
    public static HttpCondition Evaluate(
        scoped in HttpRequest request, bool exists, scoped ReadOnlySpan<byte> etag, long lastModified, long now)
    {
        if (!request.IfMatch.IsEmpty)
        {
            if (!exists || !HttpETags.Contains(request.IfMatch, etag, isStrong: true))
                return HttpCondition.Failed;
        }
        else if (exists && HttpDate.TryRead(request.IfUnmodifiedSince, now, out long unmodified)
            && lastModified > unmodified)
        {
            return HttpCondition.Failed;
        }
        bool isRead = request.Method is HttpRequestMethod.Get or HttpRequestMethod.Head;
        if (!request.IfNoneMatch.IsEmpty)
        {
            if (exists && HttpETags.Contains(request.IfNoneMatch, etag, isStrong: false))
                return isRead ? HttpCondition.NotModified : HttpCondition.Failed;
        }
        else if (exists && isRead && HttpDate.TryRead(request.IfModifiedSince, now, out long since)
            && lastModified <= since)
        {
            return HttpCondition.NotModified;
        }
        return request.IfRange.IsEmpty || IsSame(request.IfRange, etag, lastModified, now)
            ? HttpCondition.Proceed
            : HttpCondition.ProceedWhole;
    }

    // A date is a strong validator only of what has not changed within its own second (RFC 9110, section 8.8.2.2).
    private static bool IsSame(ReadOnlySpan<byte> ifRange, ReadOnlySpan<byte> etag, long lastModified, long now) =>
        HttpDate.TryRead(ifRange, now, out long date)
            ? date == lastModified && lastModified < now
            : ifRange is not [(byte)'*'] && HttpETags.Contains(ifRange, etag, isStrong: true);
}
