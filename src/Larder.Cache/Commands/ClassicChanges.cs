using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>delete, incr, decr and touch.</summary>
internal static class ClassicChanges
{
    /// <summary>delete key.</summary>
    public static void Delete(CacheThread thread, scoped in TextRequest request)
    {
        ulong hash = thread.Store.Hash(request.Key);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looks(thread, request.Key, hash);
        }
        DeleteStatus status = thread.Store.Delete(request.Key, hash);
        CountDelete(thread.Counters, status);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Deleted(thread, request.Key, isMeta: false, status);
        }
        thread.Reply(status == DeleteStatus.Deleted ? TextReplies.Deleted : TextReplies.NotFound, request.NoReply);
    }

    /// <summary>Counts a deletion; one whose token did not match counts as neither, as in memcached.</summary>
    public static void CountDelete(CommandCounters counters, DeleteStatus status)
    {
        if (status == DeleteStatus.Deleted)
        {
            counters.DeleteHits++;
        }
        else if (status == DeleteStatus.NotFound)
        {
            counters.DeleteMisses++;
        }
    }

    /// <summary>touch key exptime.</summary>
    public static void Touch(CacheThread thread, scoped in TextRequest request)
    {
        uint expiry = thread.Clock.ExpiryOf(request.Exptime);
        ulong hash = thread.Store.Hash(request.Key);
        FindStatus status = thread.Store.Touch(request.Key, hash, expiry);
        thread.Counters.TouchCommands++;
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looked(thread, request.Key, hash, status);
        }
        if (status == FindStatus.Hit)
        {
            thread.Counters.TouchHits++;
            thread.Reply(TextReplies.Touched, request.NoReply);
            return;
        }
        thread.Counters.TouchMisses++;
        thread.Reply(TextReplies.NotFound, request.NoReply);
    }

    /// <summary>incr and decr: key delta.</summary>
    public static void Arithmetic(CacheThread thread, scoped in TextRequest request)
    {
        var arithmetic = new ArithmeticRequest
        {
            IsDecrement = request.Command == TextCommand.Decr,
            Delta = request.Delta,
        };
        ulong hash = thread.Store.Hash(request.Key);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looks(thread, request.Key, hash);
        }
        ArithmeticResult result = thread.Store.Arithmetic(request.Key, hash, in arithmetic);
        CountArithmetic(thread.Counters, arithmetic.IsDecrement, result.Status);
        if (request.NoReply)
        {
            return;
        }
        if (result.Status == ArithmeticStatus.Done)
        {
            Span<byte> span = thread.Output.GetSpan(TextResponseWriter.NumberLengthMax);
            thread.Output.Advance(TextResponseWriter.WriteNumber(span, result.Value));
            return;
        }
        thread.Output.Write(ReplyOf(result.Status));
    }

    /// <summary>Counts incr, decr or ma.</summary>
    public static void CountArithmetic(CommandCounters counters, bool isDecrement, ArithmeticStatus status)
    {
        bool isHit = status == ArithmeticStatus.Done;
        bool isMiss = status is ArithmeticStatus.NotFound or ArithmeticStatus.Created;
        if (isDecrement)
        {
            counters.DecrHits += isHit ? 1 : 0;
            counters.DecrMisses += isMiss ? 1 : 0;
        }
        else
        {
            counters.IncrHits += isHit ? 1 : 0;
            counters.IncrMisses += isMiss ? 1 : 0;
        }
    }

    private static ReadOnlySpan<byte> ReplyOf(ArithmeticStatus status) => status switch
    {
        ArithmeticStatus.NotFound => TextReplies.NotFound,
        ArithmeticStatus.Exists => TextReplies.Exists,
        ArithmeticStatus.NonNumeric => TextReplies.NonNumeric,
        _ => TextReplies.OutOfMemoryIncr,
    };
}
