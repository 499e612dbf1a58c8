using Larder.Protocol.Text;

namespace Larder.Protocol.Tests.Text;

/// <summary>A classic reply as one line of text.</summary>
internal static class TextReplyDescription
{
    public static string Read(ReadOnlySpan<byte> input, out int length)
    {
        TextReply reply = default;
        ReplyStatus status = TextResponseReader.Read(input, ref reply);
        length = (int)reply.TotalLength;
        if (status != ReplyStatus.Complete)
            return status.ToString();
        string text = $"{reply.HeaderLength}+{reply.TotalLength - reply.HeaderLength}: {reply.Kind}";
        return text + reply.Kind switch
        {
            TextReplyKind.Value => $" {Bytes.Text(reply.Key)} {reply.ClientFlags} {(reply.HasCas ? reply.Cas : "-")}"
                + $" ={Bytes.Text(reply.Value)}",
            TextReplyKind.Stat => $" {Bytes.Text(reply.Key)} ={Bytes.Text(reply.Value)}",
            TextReplyKind.Number => $" {reply.Number}",
            TextReplyKind.Other => $" {Bytes.Text(reply.Line)}",
            _ => reply.Value.IsEmpty ? "" : $" ={Bytes.Text(reply.Value)}",
        };
    }
}
