using Larder.Protocol.Http;
using Larder.Protocol.Text;

namespace Larder.Protocol.Tests.Http;

/// <summary>What a reader found, as text, to compare with and to read in a failure.</summary>
internal static class HttpDescription
{
    public static string Read(byte[] input)
    {
        HttpRequest request = default;
        ParseStatus status = HttpRequestReader.Read(input, ref request);
        return status == ParseStatus.Complete ? Describe(in request) : status.ToString();
    }

    public static string Describe(in HttpRequest request)
    {
        if (request.Error != HttpStatus.None)
            return $"{(int)request.Error}";
        string text = $"{request.HeadLength}: {request.Method} {Bytes.Text(request.Target)}"
            + $"{(request.IsVersion11 ? "" : " 1.0")}{(request.KeepAlive ? "" : " closes")}"
            + $"{(request.HasHost ? $" host={Bytes.Text(request.Host)}" : "")}"
            + $"{(request.ContentLength >= 0 ? $" length={request.ContentLength}" : "")}"
            + $"{(request.IsChunked ? " chunked" : "")}{(request.HasBody ? " body" : "")}"
            + $"{(request.ExpectsContinue ? " expects" : "")}{(request.AnnouncesMd5 ? " announces" : "")}";
        if (request.HasContentRange)
            text += $" piece={request.ContentRange.First}-{request.ContentRange.Last}/{request.ContentRange.Total}";
        return text + Field("md5", request.ContentMd5) + Field("range", request.Range)
            + Field("match", request.IfMatch) + Field("none-match", request.IfNoneMatch)
            + Field("since", request.IfModifiedSince) + Field("unmodified", request.IfUnmodifiedSince)
            + Field("if-range", request.IfRange) + Field("want", request.WantDigest);
    }

    public static string ReadPath(byte[] target, HttpNames names)
    {
        byte[] scratch = new byte[names == HttpNames.Wide
            ? HttpPathReader.WideLengthMax
            : HttpPathReader.NarrowLengthMax];
        HttpPathError error = HttpPathReader.Read(target, names, scratch, out HttpPath path);
        return error != HttpPathError.None
            ? error.ToString()
            : $"{Bytes.Text(path.Text)} device={path.Device} rest={Bytes.Text(path.Rest)}"
                + $"{(path.IsPutTarget ? " put" : "")}{(path.IsRoot ? " root" : "")}"
                + $"{(path.EndsInSlash ? " slash" : "")}";
    }

    public static string ResolveRanges(byte[] value, long size, int countMax = HttpRanges.CountMaxDefault)
    {
        var ranges = new HttpRange[countMax];
        HttpRangeOutcome outcome = HttpRanges.Resolve(value, size, ranges, out int count);
        return outcome == HttpRangeOutcome.Partial
            ? string.Join(' ', ranges.Take(count).Select(static r => $"{r.First}-{r.Last}"))
            : $"{outcome}";
    }

    private static string Field(string name, ReadOnlySpan<byte> value) =>
        value.IsEmpty ? "" : $" {name}={Bytes.Text(value)}";
}
