using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// get, gets, gat, gats. A command of many keys is looked at in groups: hash and prefetch a group, then answer it. It
/// may be broken off when the output is full and go on with the same line later.
/// </summary>
internal static class ClassicReads
{
    /// <summary>
    /// Keys of one group: 32 cache misses in flight are more than the processor can track, and the group's index lines
    /// and items stay in the first level cache until they are answered.
    /// </summary>
    private const int GroupMax = 32;

    /// <summary>Executes the command from its key number <paramref name="answered"/> on.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="turn">Its budget; each key counts as a request.</param>
    /// <param name="request">The line, without error.</param>
    /// <param name="answered">Keys answered in earlier turns; receives how many are answered now.</param>
    /// <returns>False when the turn or the output is spent and keys are left.</returns>
    public static bool Execute(CacheThread thread, Turn turn, scoped in TextRequest request, ref int answered)
    {
        if (!request.HasMoreKeys)
        {
            Answer(thread, in request, request.Key, thread.Store.Hash(request.Key));
            thread.Output.Write(TextReplies.End);
            return true;
        }
        if (answered == 0 && !AllKeysFit(in request))
        {
            // memcached throws the queued replies of earlier commands away as well; only this command's are left out.
            thread.Output.Write(TextReplies.BadLine);
            return true;
        }
        if (!AnswerGroups(thread, turn, in request, ref answered))
        {
            return false;
        }
        thread.Output.Write(TextReplies.End);
        answered = 0;
        return true;
    }

    private static bool AllKeysFit(scoped in TextRequest request)
    {
        TextKeys keys = request.MoreKeys;
        while (keys.MoveNext())
        {
        }
        return keys.Error == RequestError.None;
    }

    private static bool AnswerGroups(CacheThread thread, Turn turn, scoped in TextRequest request, ref int answered)
    {
        if (answered == 0)
        {
            Answer(thread, in request, request.Key, thread.Store.Hash(request.Key));
            answered = 1;
        }
        TextKeys ahead = request.MoreKeys;
        for (int skipped = 1; skipped < answered && ahead.MoveNext(); skipped++)
        {
        }
        TextKeys behind = ahead;
        Span<ulong> hashes = stackalloc ulong[GroupMax];
        while (true)
        {
            int group = HashGroup(thread.Store, ref ahead, hashes);
            if (group == 0)
            {
                return true;
            }
            for (int i = 0; i < group && behind.MoveNext(); i++, answered++)
            {
                if (turn.RequestsLeft <= 0 || thread.Output.QueuedBytes >= turn.OutputHigh)
                {
                    return false;
                }
                turn.RequestsLeft--;
                Answer(thread, in request, behind.Current, hashes[i]);
            }
        }
    }

    private static int HashGroup(ItemStore store, ref TextKeys ahead, scoped Span<ulong> hashes)
    {
        int count = 0;
        while (count < hashes.Length && ahead.MoveNext())
        {
            ulong hash = store.Hash(ahead.Current);
            store.Prefetch(hash);
            hashes[count++] = hash;
        }
        for (int i = 0; i < count; i++)
        {
            store.PrefetchItem(hashes[i]);
        }
        return count;
    }

    /// <summary>Answers get or gets of one key whose hash is known, without END.</summary>
    public static void AnswerGet(CacheThread thread, ReadOnlySpan<byte> key, ulong hash, bool withCas)
    {
        var reader = new ClassicValueReader(thread.Output, key, withCas);
        FindStatus status = thread.Store.Find(key, hash, ref reader);
        CountGet(thread.Counters, status);
        if (status == FindStatus.Hit)
        {
            reader.Append();
        }
    }

    private static void Answer(
        CacheThread thread, scoped in TextRequest request, ReadOnlySpan<byte> key, ulong hash)
    {
        bool withCas = request.Command is TextCommand.Gets or TextCommand.Gats;
        if (request.Command is TextCommand.Get or TextCommand.Gets)
        {
            AnswerGet(thread, key, hash, withCas);
            return;
        }
        var reader = new ClassicValueReader(thread.Output, key, withCas);
        var editor = new ClassicValueEditor(reader, thread.Clock.ExpiryOf(request.Exptime));
        FindStatus touched = thread.Store.Edit(key, hash, ref editor);
        CountGetAndTouch(thread.Counters, touched);
        if (touched == FindStatus.Hit)
        {
            editor.Append();
        }
    }

    /// <summary>Counts a lookup as memcached counts get.</summary>
    public static void CountGet(CommandCounters counters, FindStatus status)
    {
        counters.GetCommands++;
        if (status == FindStatus.Hit)
        {
            counters.GetHits++;
            return;
        }
        counters.GetMisses++;
        CountGone(counters, status);
    }

    /// <summary>Counts a lookup that touches: memcached counts gat, and mg with T, as touches.</summary>
    public static void CountGetAndTouch(CommandCounters counters, FindStatus status)
    {
        counters.TouchCommands++;
        if (status == FindStatus.Hit)
        {
            counters.TouchHits++;
            return;
        }
        counters.TouchMisses++;
        CountGone(counters, status);
    }

    private static void CountGone(CommandCounters counters, FindStatus status)
    {
        if (status == FindStatus.Expired)
        {
            counters.GetExpired++;
        }
        else if (status == FindStatus.Flushed)
        {
            counters.GetFlushed++;
        }
    }
}
