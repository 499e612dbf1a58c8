using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Larder.Events.Driving;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Gets of one key each that stand one behind the other in the buffer, answered in phases: read and hash all and ask
/// for their index lines, ask for their items, then answer. Cache misses overlap instead of adding up.
/// </summary>
/// <remarks>
/// A batch holds plain get, gets and mg lines; any other line ends it, and it is executed after the batch. Writes thus
/// keep their order with the reads around them.
/// </remarks>
internal static class PipelinedGets
{
    /// <summary>Requests of one batch: as many misses as a core can have under way, with some to spare.</summary>
    private const int BatchMax = 32;

    /// <summary>Where the key stands in a line as clients write it: behind "mg ".</summary>
    private const int MetaKeyStart = 3;

    private struct Entry
    {
        public ulong Hash;
        public int LineStart;
        public int LineLength; // with its end
        public int TextLength; // without
        public int KeyStart;
        public int KeyLength;
        public TextCommand Command;
    }

    [InlineArray(BatchMax)]
    private struct Entries
    {
        private Entry _first;
    }

    /// <summary>True for a line that a batch may hold.</summary>
    public static bool CanBegin(scoped in TextRequest request)
        => request.Error == RequestError.None
        && request.Command is TextCommand.Get or TextCommand.Gets or TextCommand.MetaGet
        && !request.HasMoreKeys;

    /// <summary>Executes the line already read and those like it that follow.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="turn">Its budget.</param>
    /// <param name="request">The first line, for which <see cref="CanBegin"/> holds.</param>
    /// <param name="input">From the first line on.</param>
    /// <returns>The bytes executed.</returns>
    [SkipLocalsInit]
    public static int Execute(CacheThread thread, Turn turn, scoped in TextRequest request, ReadOnlySpan<byte> input)
    {
        Unsafe.SkipInit(out Entries entries);
        int count = ReadAhead(thread, in request, input, entries, Math.Min(BatchMax, turn.RequestsLeft));
        for (int i = 0; i < count; i++)
        {
            thread.Store.PrefetchItem(entries[i].Hash);
        }
        int end = 0;
        for (int i = 0; i < count; i++)
        {
            if (i > 0 && thread.Output.QueuedBytes >= turn.OutputHigh)
            {
                break;
            }
            turn.RequestsLeft--;
            ref Entry entry = ref entries[i];
            Answer(thread, in entry, input);
            end = entry.LineStart + entry.LineLength;
        }
        return end;
    }

    private static int ReadAhead(CacheThread thread, scoped in TextRequest first, ReadOnlySpan<byte> input,
        Span<Entry> entries, int countMax)
    {
        int count = 0;
        int at = 0;
        TextRequest request = first;
        while (true)
        {
            ref Entry entry = ref entries[count++];
            Note(ref entry, in request, input, at);
            entry.Hash = thread.Store.Hash(input.Slice(entry.KeyStart, entry.KeyLength));
            thread.Store.Prefetch(entry.Hash);
            at += request.LineLength;
            if (count == countMax
                || at == input.Length
                || TextRequestReader.Read(input[at..], ref request) != ParseStatus.Complete
                || !CanBegin(in request))
            {
                return count;
            }
        }
    }

    private static void Note(ref Entry entry, scoped in TextRequest request, ReadOnlySpan<byte> input, int at)
    {
        entry.Command = request.Command;
        entry.LineStart = at;
        entry.LineLength = request.LineLength;
        entry.TextLength = request.Line.Length;
        if (request.Command != TextCommand.MetaGet)
        {
            entry.KeyStart = (int)Unsafe.ByteOffset(
                ref MemoryMarshal.GetReference(input), ref MemoryMarshal.GetReference(request.Key));
            entry.KeyLength = request.Key.Length;
            return;
        }
        // "mg KEY flags": only a hint for the prefetch; the line is read in earnest when it is answered.
        entry.KeyStart = Math.Min(at + MetaKeyStart, at + request.Line.Length);
        ReadOnlySpan<byte> rest = input[entry.KeyStart..(at + request.Line.Length)];
        int end = rest.IndexOf((byte)' ');
        entry.KeyLength = end < 0 ? rest.Length : end;
    }

    private static void Answer(CacheThread thread, scoped in Entry entry, ReadOnlySpan<byte> input)
    {
        if (entry.Command != TextCommand.MetaGet)
        {
            ReadOnlySpan<byte> key = input.Slice(entry.KeyStart, entry.KeyLength);
            ClassicReads.AnswerGet(thread, key, entry.Hash, entry.Command == TextCommand.Gets);
            thread.Output.Write(TextReplies.End);
            return;
        }
        var request = default(MetaRequest);
        ReadOnlySpan<byte> line = input.Slice(entry.LineStart, entry.TextLength);
        MetaRequestReader.Read(TextCommand.MetaGet, line, thread.KeyBuffer, ref request);
        if (request.Error != RequestError.None)
        {
            thread.Output.Write(RequestErrors.Line(request.Error));
        }
        else
        {
            MetaGets.Get(thread, in request);
        }
    }
}
