using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Protocol.Tests.Meta;

/// <summary>A meta reply as one line of text.</summary>
internal static class MetaReplyDescription
{
    public static string Read(ReadOnlySpan<byte> input, out int length)
    {
        MetaReply reply = default;
        ReplyStatus status = MetaResponseReader.Read(input, ref reply);
        length = (int)reply.TotalLength;
        if (status != ReplyStatus.Complete)
            return status.ToString();
        string flags = string.Concat(
            Bytes.Text(reply.FlagText).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => $" [{f}]"));
        string value = reply.Kind == MetaReplyKind.Value ? $" ={Bytes.Text(reply.Value)}" : "";
        return $"{reply.HeaderLength}+{reply.TotalLength - reply.HeaderLength}: {reply.Kind}{flags}{value}";
    }
}
