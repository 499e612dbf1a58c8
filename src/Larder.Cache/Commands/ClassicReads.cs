using System.Runtime.CompilerServices;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// get, gets, gat, gats. The keys of a command of many go through a <see cref="LookupPipeline"/>. It may be broken off
/// when the output is full and go on with the same line later.
/// </summary>
internal static class ClassicReads
{
    [InlineArray(HashBatch.LengthMax)]
    private struct Places
    {
        private KeyPlace _first;
    }

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
            Answer(thread, request.Command, request.Exptime, request.Key, thread.Store.Hash(request.Key));
            thread.Output.Write(TextReplies.End);
            return true;
        }
        if (answered == 0 && !AllKeysFit(request.Line))
        {
            // memcached throws the queued replies of earlier commands away as well; only this command's are left out.
            thread.Output.Write(TextReplies.BadLine);
            return true;
        }
        if (!AnswerAll(thread, turn, in request, ref answered))
        {
            return false;
        }
        thread.Output.Write(TextReplies.End);
        answered = 0;
        return true;
    }

    // A space in each stretch as long as a key and one: from the last space in it on there is the next one.
    private static bool AllKeysFit(ReadOnlySpan<byte> line)
    {
        while (line.Length > KeyRules.LengthMax)
        {
            int space = line[..(KeyRules.LengthMax + 1)].LastIndexOf((byte)' ');
            if (space < 0)
            {
                return false;
            }
            line = line[(space + 1)..];
        }
        return true;
    }

    [SkipLocalsInit]
    private static bool AnswerAll(CacheThread thread, Turn turn, scoped in TextRequest request, ref int answered)
    {
        Unsafe.SkipInit(out Places places);
        var lookups = new MultigetLookups(thread, turn, in request, answered, places);
        LookupPipeline.Run(thread.Store, ref lookups);
        answered = lookups.Answered;
        return !lookups.IsSpent;
    }

    /// <summary>Answers get or gets of one key whose hash is known, without END.</summary>
    public static void AnswerGet(CacheThread thread, ReadOnlySpan<byte> key, ulong hash, bool withCas)
    {
        var reader = new ClassicValueReader(thread.Output, key, withCas);
        FindStatus status = thread.Store.Find(key, hash, ref reader);
        CountGet(thread.Counters, status);
        if (thread.Watched != WatchKinds.None)
        {
            Note(thread, key, hash, status);
        }
        if (status == FindStatus.Hit)
        {
            reader.Append();
        }
    }

    /// <summary>Answers get, gets, gat or gats of one key whose hash is known, without END.</summary>
    public static void Answer(CacheThread thread, TextCommand command, int exptime, ReadOnlySpan<byte> key, ulong hash)
    {
        bool withCas = command is TextCommand.Gets or TextCommand.Gats;
        if (command is TextCommand.Get or TextCommand.Gets)
        {
            AnswerGet(thread, key, hash, withCas);
            return;
        }
        var reader = new ClassicValueReader(thread.Output, key, withCas);
        var editor = new ClassicValueEditor(reader, thread.Clock.ExpiryOf(exptime));
        FindStatus touched = thread.Store.Edit(key, hash, ref editor);
        CountGetAndTouch(thread.Counters, touched);
        if (thread.Watched != WatchKinds.None)
        {
            Note(thread, key, hash, touched);
        }
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

    private static void Note(CacheThread thread, ReadOnlySpan<byte> key, ulong hash, FindStatus status)
    {
        thread.Notes.Got(thread, key, hash, status);
        if ((thread.Watched & WatchKinds.Transcript) != 0 && status == FindStatus.Hit)
        {
            thread.Notes.Transcript.Found(thread, key);
        }
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
