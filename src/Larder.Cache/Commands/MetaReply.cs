using Larder.Protocol.Meta;

namespace Larder.Cache.Commands;

/// <summary>
/// Header lines of meta replies whose flags need no item: the code, then what the request gave itself, k (with b for a
/// base64 key) and O, in its order.
/// </summary>
internal static class MetaReply
{
    /// <summary>Appends EN, NF, NS, EX or HD with the echoed flags.</summary>
    public static void Write(CacheThread thread, scoped in MetaRequest request, ReadOnlySpan<byte> code)
    {
        if (!request.HasReturnFlags)
        {
            thread.Output.Write(code);
            return;
        }
        Span<byte> span = thread.Output.GetSpan(MetaResponseWriter.HeaderLengthMax);
        int at = MetaResponseWriter.WriteStart(span, code);
        foreach (MetaFlagTokens flag in request.FlagTokens)
        {
            at += WriteEcho(span[at..], in request, flag);
        }
        at += MetaResponseWriter.WriteLineEnd(span[at..]);
        thread.Output.Advance(at);
    }

    /// <summary>Writes a flag that is only echoed; nothing for the others.</summary>
    public static int WriteEcho(Span<byte> span, scoped in MetaRequest request, MetaFlagTokens flag)
    {
        switch (flag.Flag)
        {
            case (byte)'O':
                return MetaResponseWriter.WriteFlag(span, flag.Flag, flag.Token);
            case (byte)'k':
                int at = MetaResponseWriter.WriteFlag(span, flag.Flag, request.KeyText);
                return request.Has(MetaFlags.Base64Key) ? at + MetaResponseWriter.WriteFlag(span[at..], (byte)'b') : at;
            default:
                return 0;
        }
    }
}
