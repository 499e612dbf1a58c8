using System.Runtime.CompilerServices;
using Larder.Events.Driving;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Binary gets (get, getk, getq, getkq) that stand one behind the other in the buffer: they go through a
/// <see cref="LookupPipeline"/>. Any other frame ends a batch.
/// </summary>
internal static class BinaryPipelinedGets
{
    private struct Entry
    {
        public int Start;
        public int KeyLength; // the key stands behind the header: gets have no extras
        public uint Opaque;
        public byte Opcode;
    }

    [InlineArray(HashBatch.LengthMax)]
    private struct Entries
    {
        private Entry _first;
    }

    /// <summary>True for a frame that a batch may hold; it must be whole.</summary>
    public static bool CanBegin(scoped in BinaryRequest request)
        => request.Error == BinaryStatus.Success && request.Command is BinaryOpcode.Get or BinaryOpcode.GetK;

    /// <summary>Executes the frame whose header is read and those like it that follow.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="turn">Its budget.</param>
    /// <param name="request">The first one, for which <see cref="CanBegin"/> holds.</param>
    /// <param name="input">From the first frame on.</param>
    /// <returns>The bytes executed.</returns>
    [SkipLocalsInit]
    public static int Execute(CacheThread thread, Turn turn, scoped in BinaryRequest request, ReadOnlySpan<byte> input)
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
        private BinaryRequest _request; // read and not noted yet
        private int _at;                // behind what is noted
        private int _left;              // that the turn allows to be noted

        public Lookups(CacheThread thread, Turn turn, scoped in BinaryRequest request, ReadOnlySpan<byte> input,
            Span<Entry> entries)
        {
            _thread = thread;
            _turn = turn;
            _input = input;
            _entries = entries;
            _request = request;
            _left = turn.RequestsLeft;
        }

        /// <summary>Bytes of the frames that are answered.</summary>
        public int Executed { get; private set; }

        public bool TryRead(int place, out ulong hash)
        {
            hash = 0;
            if (_left == 0 || (_at > 0 && !TryReadNext()))
            {
                return false;
            }
            _left--;
            ref Entry entry = ref _entries[place];
            entry.Start = _at;
            entry.KeyLength = _request.HeadLength - BinaryFrame.HeaderLength;
            entry.Opaque = _request.Opaque;
            entry.Opcode = _request.Opcode;
            hash = _thread.Store.Hash(_input.Slice(_at + BinaryFrame.HeaderLength, entry.KeyLength));
            _at += _request.HeadLength;
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
            ReadOnlySpan<byte> key = _input.Slice(entry.Start + BinaryFrame.HeaderLength, entry.KeyLength);
            BinaryReads.AnswerGet(_thread, entry.Opcode, entry.Opaque, key, hash);
            _thread.Latency.Note(BinaryOpcode.Get);
            Executed = entry.Start + BinaryFrame.HeaderLength + entry.KeyLength;
            return true;
        }

        private bool TryReadNext() =>
            BinaryRequestReader.ReadHeader(_input[_at..], ref _request) == ParseStatus.Complete
            && CanBegin(in _request)
            && _input.Length - _at >= _request.HeadLength;
    }
}
