using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Larder.Events.Driving;
using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Gets of one key each that stand one behind the other in the buffer, answered in phases: read and hash all, asking
/// for the index lines and items of those before, then answer. Cache misses overlap, with each other and with the
/// reading.
/// </summary>
/// <remarks>
/// A batch holds plain get, gets and mg lines; any other line ends it, and it is executed after the batch. Writes thus
/// keep their order with the reads around them.
/// </remarks>
internal static class PipelinedGets
{
    /// <summary>Where the key stands in a line as clients write it: behind "mg ".</summary>
    private const int MetaKeyStart = 3;

    /// <summary>The same, behind "get ".</summary>
    private const int PlainKeyStart = 4;

    private struct Entry
    {
        public int LineStart;
        public int LineLength; // with its end
        public int TextLength; // without
        public int KeyStart;
        public int KeyLength;
        public TextCommand Command;
    }

    [InlineArray(HashBatch.LengthMax)]
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
        Unsafe.SkipInit(out HashBatch hashes);
        int countMax = Math.Min(HashBatch.LengthMax, turn.RequestsLeft);
        int count = ReadAhead(thread, in request, input, entries, hashes, countMax);
        thread.Store.PrefetchRest(((ReadOnlySpan<ulong>)hashes)[..count]);
        int end = 0;
        for (int i = 0; i < count; i++)
        {
            if (i > 0 && thread.Output.QueuedBytes >= turn.OutputHigh)
            {
                break;
            }
            turn.RequestsLeft--;
            ref Entry entry = ref entries[i];
            Answer(thread, in entry, hashes[i], input);
            thread.Latency.Note(entry.Command);
            end = entry.LineStart + entry.LineLength;
        }
        return end;
    }

    private static int ReadAhead(CacheThread thread, scoped in TextRequest first, ReadOnlySpan<byte> input,
        Span<Entry> entries, Span<ulong> hashes, int countMax)
    {
        int count = 0;
        int at = 0;
        TextRequest request = first;
        Note(ref entries[0], in request, input, at);
        while (true)
        {
            ref Entry entry = ref entries[count];
            hashes[count++] = thread.Store.Hash(input.Slice(entry.KeyStart, entry.KeyLength));
            thread.Store.Prefetch(hashes[..count]);
            at = entry.LineStart + entry.LineLength;
            if (count == countMax || at == input.Length)
            {
                return count;
            }
            if (TryNotePlain(ref entries[count], input, at))
            {
                continue;
            }
            if (TextRequestReader.Read(input[at..], ref request) != ParseStatus.Complete || !CanBegin(in request))
            {
                return count;
            }
            Note(ref entries[count], in request, input, at);
        }
    }

    // "get KEY" with nothing behind it, as clients write it: one look for what ends the key. All else is read in full.
    private static bool TryNotePlain(ref Entry entry, ReadOnlySpan<byte> input, int at)
    {
        ReadOnlySpan<byte> rest = input[at..];
        if (!rest.StartsWith("get "u8))
        {
            return false;
        }
        int length = rest[PlainKeyStart..].IndexOfAny((byte)' ', LineScanner.LineFeed);
        int lineFeed = PlainKeyStart + length;
        if (length <= 0 || rest[lineFeed] != LineScanner.LineFeed)
        {
            return false;
        }
        int end = rest[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        entry.Command = TextCommand.Get;
        entry.LineStart = at;
        entry.LineLength = lineFeed + 1;
        entry.TextLength = end;
        entry.KeyStart = at + PlainKeyStart;
        entry.KeyLength = end - PlainKeyStart;
        return KeyRules.IsValidLength(entry.KeyLength);
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

    private static void Answer(CacheThread thread, scoped in Entry entry, ulong hash, ReadOnlySpan<byte> input)
    {
        if (entry.Command != TextCommand.MetaGet)
        {
            ReadOnlySpan<byte> key = input.Slice(entry.KeyStart, entry.KeyLength);
            ClassicReads.AnswerGet(thread, key, hash, entry.Command == TextCommand.Gets);
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
