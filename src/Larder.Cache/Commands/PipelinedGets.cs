using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Larder.Events.Driving;
using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Gets of one key each that stand one behind the other in the buffer: they go through a <see cref="LookupPipeline"/>.
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
        var lookups = new Lookups(thread, turn, in request, input, entries);
        LookupPipeline.Run(thread.Store, ref lookups);
        return lookups.Executed;
    }

    private ref struct Lookups : ILookups
    {
        private readonly CacheThread _thread;
        private readonly Turn _turn;
        private readonly ReadOnlySpan<byte> _input;
        private readonly Span<Entry> _entries;
        private TextRequest _request;   // read and not noted yet
        private int _at;                // behind what is noted
        private int _left;              // that the turn allows to be noted

        public Lookups(CacheThread thread, Turn turn, scoped in TextRequest request, ReadOnlySpan<byte> input,
            Span<Entry> entries)
        {
            _thread = thread;
            _turn = turn;
            _input = input;
            _entries = entries;
            _request = request;
            _left = turn.RequestsLeft;
        }

        /// <summary>Bytes of the lines that are answered.</summary>
        public int Executed { get; private set; }

        public bool TryRead(int place, out ulong hash)
        {
            hash = 0;
            if (_left == 0 || !TryNote(ref _entries[place]))
            {
                return false;
            }
            _left--;
            ref Entry entry = ref _entries[place];
            _at = entry.LineStart + entry.LineLength;
            hash = _thread.Store.Hash(_input.Slice(entry.KeyStart, entry.KeyLength));
            return true;
        }

        public bool TryAnswer(int place, ulong hash)
        {
            if (Executed > 0 && _thread.Output.QueuedBytes >= _turn.OutputHigh)
            {
                return false;
            }
            _turn.RequestsLeft--;
            ref Entry entry = ref _entries[place];
            Answer(_thread, in entry, hash, _input);
            _thread.Latency.Note(entry.Command);
            Executed = entry.LineStart + entry.LineLength;
            return true;
        }

        private bool TryNote(ref Entry entry)
        {
            if (_at > 0)
            {
                if (_at == _input.Length)
                {
                    return false;
                }
                if (TryNotePlain(ref entry, _input, _at))
                {
                    return true;
                }
                if (TextRequestReader.Read(_input[_at..], ref _request) != ParseStatus.Complete
                    || !CanBegin(in _request))
                {
                    return false;
                }
            }
            Note(ref entry, in _request, _input, _at);
            return true;
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
        // "mg KEY flags", as clients write it; the line is read in earnest when it is answered.
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
            bool isHashed = request.Key.Length == entry.KeyLength && Unsafe.AreSame(
                ref MemoryMarshal.GetReference(request.Key),
                ref Unsafe.Add(ref MemoryMarshal.GetReference(input), entry.KeyStart));
            MetaGets.Get(thread, in request, isHashed ? hash : thread.Store.Hash(request.Key));
        }
    }
}
