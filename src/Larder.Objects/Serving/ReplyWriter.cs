using Larder.Events.Buffers;
using Larder.Protocol.Http;

namespace Larder.Objects.Serving;

/// <summary>Puts heads of answers behind what is queued.</summary>
internal static class ReplyWriter
{
    /// <summary>The head of an object, or of a piece of it.</summary>
    public static void WriteObjectHead(WriteQueue output, scoped in HttpObjectHead head)
    {
        Span<byte> span = output.GetSpan(HttpResponseWriter.ObjectHeadLengthMax);
        output.Advance(HttpResponseWriter.WriteObjectHead(span, head));
    }

    /// <summary>A whole answer that says no more than its status.</summary>
    public static void WriteSimple(WriteQueue output, ObjectThread thread, HttpStatus status, bool keepAlive)
    {
        Span<byte> span = output.GetSpan(HttpResponseWriter.SimpleLengthMax);
        output.Advance(HttpResponseWriter.WriteSimple(span, status, thread.Date(), keepAlive));
    }

    /// <summary>The whole answer 416.</summary>
    public static void WriteNotSatisfiable(WriteQueue output, ObjectThread thread, long size, bool keepAlive)
    {
        Span<byte> span = output.GetSpan(HttpResponseWriter.RangeNotSatisfiableLengthMax);
        output.Advance(HttpResponseWriter.WriteRangeNotSatisfiable(span, size, thread.Date(), keepAlive));
    }
}
