using System.Diagnostics;
using Larder.Protocol.Http;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>
/// Cuts the answers of HTTP out of what comes. Bodies are counted as they come and not kept, except when they are
/// wanted whole. owner: one connection.
/// </summary>
/// <param name="keepsBodies">Whether bodies are wanted.</param>
internal sealed class HttpReplies(bool keepsBodies)
{
    /// <summary>Bytes of <see cref="Describe"/>.</summary>
    public const int DescriptionLength = 15;

    private int _scanned;   // bytes of a head in which it does not end
    private int _status;    // of the answer whose body is coming
    private long _bodyLeft; // of it

    /// <summary>An answer as errors are shown: <c>HTTP status 503</c>.</summary>
    /// <param name="status">Three digits.</param>
    /// <param name="room">At least <see cref="DescriptionLength"/>.</param>
    public static ReadOnlySpan<byte> Describe(int status, Span<byte> room)
    {
        ReadOnlySpan<byte> words = "HTTP status "u8;
        words.CopyTo(room);
        return room[..(words.Length + NumberWriter.Write(room[words.Length..], (uint)status))];
    }

    /// <summary>Reads on in the present answer.</summary>
    /// <param name="input">What has been received and not yet consumed.</param>
    /// <param name="consumed">Bytes to be consumed, also when the answer is not whole.</param>
    /// <param name="status">Its status when it is whole.</param>
    /// <param name="body">Its body then, if bodies are wanted.</param>
    /// <returns>Complete, Incomplete, or Malformed for what is no answer with a counted body.</returns>
    public ReplyStatus Read(
        ReadOnlySpan<byte> input, out int consumed, out int status, out ReadOnlySpan<byte> body)
    {
        consumed = 0;
        body = default;
        status = _status;
        if (_status == 0)
        {
            HttpReply reply = default;
            ReplyStatus head = HttpResponseReader.Read(input, _scanned, new HttpLimits(), ref reply);
            if (head != ReplyStatus.Complete)
            {
                _scanned = reply.ScannedLength;
                return head;
            }

            _bodyLeft = reply.BodyLength(HttpRequestMethod.Get);
            if (_bodyLeft < 0)
                return ReplyStatus.Malformed;
            if (keepsBodies && input.Length - reply.HeadLength < _bodyLeft)
                return ReplyStatus.Incomplete; // the head is read again with all of the body
            _status = status = reply.StatusCode;
            _scanned = 0;
            consumed = reply.HeadLength;
        }

        int part = (int)Math.Min(_bodyLeft, input.Length - consumed);
        body = keepsBodies ? input.Slice(consumed, part) : default;
        consumed += part;
        _bodyLeft -= part;
        if (_bodyLeft > 0)
            return ReplyStatus.Incomplete;
        Debug.Assert(status != 0, "an answer without a status");
        _status = 0;
        return ReplyStatus.Complete;
    }
}
