using Larder.Protocol.Http;
using Larder.Protocol.Text;

namespace Larder.Protocol.Tests.Http;

/// <summary>What the reader of responses found, as text.</summary>
internal static class HttpReplyDescription
{
    public static string Read(byte[] input, int scanFrom = 0)
    {
        HttpReply reply = default;
        ReplyStatus status = HttpResponseReader.Read(input, scanFrom, new HttpLimits(), ref reply);
        if (status != ReplyStatus.Complete)
            return status.ToString();
        string text = $"{reply.HeadLength}: {reply.StatusCode}{(reply.IsVersion11 ? "" : " 1.0")}"
            + $"{(reply.KeepAlive ? "" : " closes")}{(reply.ContentLength < 0 ? "" : $" length={reply.ContentLength}")}"
            + $"{(reply.IsChunked ? " chunked" : "")}";
        if (reply.HasContentRange)
            text += $" piece={reply.ContentRange.First}-{reply.ContentRange.Last}/{reply.ContentRange.Total}";
        return text + Field("etag", reply.ETag) + Field("modified", reply.LastModified)
            + Field("md5", reply.ContentMd5) + Field("type", reply.ContentType);
    }

    private static string Field(string name, ReadOnlySpan<byte> value) =>
        value.IsEmpty ? "" : $" {name}={Bytes.Text(value)}";
}
