using Larder.Cache.Store;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>ms: the store's request for a line, and the answer for its result.</summary>
internal static class MetaSets
{
    /// <summary>How the line wants its value stored.</summary>
    public static StoreRequest RequestOf(CacheThread thread, scoped in MetaRequest request)
    {
        thread.Counters.SetCommands++;
        bool comparesCas = request.Has(MetaFlags.CompareCas);
        bool joins = request.Mode is MetaMode.Append or MetaMode.Prepend;
        int exptime = joins ? request.VivifyExptime : request.Exptime;
        return new StoreRequest
        {
            Mode = ModeOf(request.Mode, comparesCas),
            ClientFlags = request.ClientFlags,
            Expiry = thread.Clock.ExpiryOf(exptime),
            HasCompareCas = comparesCas,
            CompareCas = request.CompareCas,
            ExplicitCas = request.Has(MetaFlags.NewCas) ? request.NewCas : 0,
            Invalidate = request.Has(MetaFlags.Invalidate),
            Vivify = joins && request.Has(MetaFlags.Vivify),
            IsKeyBinary = request.Has(MetaFlags.Base64Key),
            DeleteOnFailure = true,
            DiscardsCas = !request.Has(MetaFlags.ReturnCas),
        };
    }

    /// <summary>Counts and answers a result. Errors are answered although q was given.</summary>
    public static void Answer(CacheThread thread, scoped in MetaRequest request, in StoreResult result)
    {
        ClassicWrites.Count(thread.Counters, request.Has(MetaFlags.CompareCas), result.Status);
        switch (result.Status)
        {
            case StoreStatus.Stored:
                if (!request.IsQuiet)
                {
                    Write(thread, in request, TextReplies.MetaDone, in result);
                }
                break;
            case StoreStatus.NotStored:
                Write(thread, in request, TextReplies.MetaNotStored, in result);
                break;
            case StoreStatus.Exists:
                Write(thread, in request, TextReplies.MetaExists, in result);
                break;
            case StoreStatus.NotFound:
                Write(thread, in request, TextReplies.MetaNotFound, in result);
                break;
            default:
                thread.Output.Write(ClassicWrites.ReplyOf(result.Status));
                break;
        }
    }

    private static void Write(
        CacheThread thread, scoped in MetaRequest request, ReadOnlySpan<byte> code, in StoreResult result)
    {
        const MetaFlags OfResult = MetaFlags.ReturnCas | MetaFlags.ReturnSize;
        if (!request.Has(OfResult))
        {
            MetaReply.Write(thread, in request, code);
            return;
        }
        Span<byte> span = thread.Output.GetSpan(MetaResponseWriter.HeaderLengthMax);
        int at = MetaResponseWriter.WriteStart(span, code);
        foreach (MetaFlagTokens flag in request.FlagTokens)
        {
            at += flag.Flag switch
            {
                (byte)'c' => MetaResponseWriter.WriteFlag(span[at..], flag.Flag, result.Cas),
                (byte)'s' => MetaResponseWriter.WriteFlag(span[at..], flag.Flag, (ulong)result.ValueLength),
                _ => MetaReply.WriteEcho(span[at..], in request, flag),
            };
        }
        at += MetaResponseWriter.WriteLineEnd(span[at..]);
        thread.Output.Advance(at);
    }

    private static StoreMode ModeOf(MetaMode mode, bool comparesCas) => mode switch
    {
        MetaMode.Add => StoreMode.Add,
        MetaMode.Append => StoreMode.Append,
        MetaMode.Prepend => StoreMode.Prepend,
        _ when comparesCas => StoreMode.Cas,
        MetaMode.Replace => StoreMode.Replace,
        _ => StoreMode.Set,
    };
}
