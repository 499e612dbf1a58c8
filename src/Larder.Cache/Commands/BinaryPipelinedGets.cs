using System.Runtime.CompilerServices;
using Larder.Events.Driving;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Binary gets (get, getk, getq, getkq) that stand one behind the other in the buffer, answered in phases as
/// <see cref="PipelinedGets"/> does it: cache misses overlap instead of adding up. Any other frame ends a batch.
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
            ReadOnlySpan<byte> key = input.Slice(entry.Start + BinaryFrame.HeaderLength, entry.KeyLength);
            BinaryReads.AnswerGet(thread, entry.Opcode, entry.Opaque, key, hashes[i]);
            thread.Latency.Note(BinaryOpcode.Get);
            end = entry.Start + BinaryFrame.HeaderLength + entry.KeyLength;
        }
        return end;
    }

    private static int ReadAhead(CacheThread thread, scoped in BinaryRequest first, ReadOnlySpan<byte> input,
        Span<Entry> entries, Span<ulong> hashes, int countMax)
    {
        int count = 0;
        int at = 0;
        BinaryRequest request = first;
        while (true)
        {
            ref Entry entry = ref entries[count];
            entry.Start = at;
            entry.KeyLength = request.HeadLength - BinaryFrame.HeaderLength;
            entry.Opaque = request.Opaque;
            entry.Opcode = request.Opcode;
            hashes[count++] = thread.Store.Hash(input.Slice(at + BinaryFrame.HeaderLength, entry.KeyLength));
            thread.Store.Prefetch(hashes[..count]);
            at += request.HeadLength;
            if (count == countMax
                || BinaryRequestReader.ReadHeader(input[at..], ref request) != ParseStatus.Complete
                || !CanBegin(in request)
                || input.Length - at < request.HeadLength)
            {
                return count;
            }
        }
    }
}
