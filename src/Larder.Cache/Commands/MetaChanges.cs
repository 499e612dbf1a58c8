using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>md and ma.</summary>
internal static class MetaChanges
{
    /// <summary>md key flags*: deletes, or with I marks as stale, or with x empties. q hides HD only.</summary>
    public static void Delete(CacheThread thread, scoped in MetaRequest request)
    {
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looks(thread, request.Key, thread.Store.Hash(request.Key));
        }
        DeleteStatus status = request.Has(MetaFlags.Invalidate | MetaFlags.ClearValue)
            ? Mark(thread, in request)
            : Remove(thread, in request);
        ClassicChanges.CountDelete(thread.Counters, status);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Deleted(thread, request.Key, isMeta: true, status);
        }
        if (status == DeleteStatus.Deleted && request.IsQuiet)
        {
            return;
        }
        MetaReply.Write(thread, in request, status switch
        {
            DeleteStatus.Deleted => TextReplies.MetaDone,
            DeleteStatus.Exists => TextReplies.MetaExists,
            _ => TextReplies.MetaNotFound,
        });
    }

    /// <summary>ma key flags*.</summary>
    public static void Arithmetic(CacheThread thread, scoped in MetaRequest request)
    {
        var arithmetic = new ArithmeticRequest
        {
            IsDecrement = request.Mode == MetaMode.Decrement,
            Delta = request.Delta,
            HasCompareCas = request.Has(MetaFlags.CompareCas),
            CompareCas = request.CompareCas,
            ExplicitCas = request.Has(MetaFlags.NewCas) ? request.NewCas : 0,
            Vivify = request.Has(MetaFlags.Vivify),
            Initial = request.Initial,
            VivifyExpiry = thread.Clock.ExpiryOf(request.VivifyExptime),
            HasExpiry = request.Has(MetaFlags.Ttl),
            Expiry = thread.Clock.ExpiryOf(request.Exptime),
            IsKeyBinary = request.Has(MetaFlags.Base64Key),
        };
        ulong hash = thread.Store.Hash(request.Key);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looks(thread, request.Key, hash);
        }
        ArithmeticResult result = thread.Store.Arithmetic(request.Key, hash, in arithmetic);
        ClassicChanges.CountArithmetic(thread.Counters, arithmetic.IsDecrement, result.Status);
        switch (result.Status)
        {
            case ArithmeticStatus.Done:
            case ArithmeticStatus.Created:
                if (!request.IsQuiet)
                {
                    WriteNumber(thread, in request, in result);
                }
                break;
            case ArithmeticStatus.NotFound:
                MetaReply.Write(thread, in request, TextReplies.MetaNotFound);
                break;
            case ArithmeticStatus.Exists:
                MetaReply.Write(thread, in request, TextReplies.MetaExists);
                break;
            case ArithmeticStatus.NonNumeric:
                thread.Output.Write(TextReplies.NonNumeric);
                break;
            default:
                thread.Output.Write(TextReplies.OutOfMemoryArithmetic);
                break;
        }
    }

    private static DeleteStatus Remove(CacheThread thread, scoped in MetaRequest request)
    {
        ulong hash = thread.Store.Hash(request.Key);
        return request.Has(MetaFlags.CompareCas)
            ? thread.Store.Delete(request.Key, hash, request.CompareCas)
            : thread.Store.Delete(request.Key, hash);
    }

    private static DeleteStatus Mark(CacheThread thread, scoped in MetaRequest request)
    {
        var editor = new MetaDeleteEditor(in request, thread.Clock);
        ulong hash = thread.Store.Hash(request.Key);
        FindStatus status = thread.Store.Edit(request.Key, hash, ref editor, FindOptions.NoBump);
        if (status != FindStatus.Hit)
        {
            return DeleteStatus.NotFound;
        }
        return editor.Mismatched ? DeleteStatus.Exists : DeleteStatus.Deleted;
    }

    private static void WriteNumber(CacheThread thread, scoped in MetaRequest request, in ArithmeticResult result)
    {
        Span<byte> span = thread.Output.GetSpan(
            MetaResponseWriter.HeaderLengthMax + TextResponseWriter.NumberLengthMax);
        bool withValue = request.Has(MetaFlags.ReturnValue);
        int at = withValue
            ? MetaResponseWriter.WriteValueStart(span, NumberWriter.CountDigits(result.Value))
            : MetaResponseWriter.WriteStart(span, TextReplies.MetaDone);
        foreach (MetaFlagTokens flag in request.FlagTokens)
        {
            at += flag.Flag switch
            {
                (byte)'c' => MetaResponseWriter.WriteFlag(span[at..], flag.Flag, result.Cas),
                (byte)'t' => MetaResponseWriter.WriteFlagSigned(
                    span[at..], flag.Flag, MetaTime.SecondsLeft(thread.Clock, result.Expiry)),
                _ => MetaReply.WriteEcho(span[at..], in request, flag),
            };
        }
        at += MetaResponseWriter.WriteLineEnd(span[at..]);
        if (withValue)
        {
            at += TextResponseWriter.WriteNumber(span[at..], result.Value);
        }
        thread.Output.Advance(at);
    }
}
