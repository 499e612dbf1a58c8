using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// The keys that left the small queue not long ago, as fingerprints of 16 bits: one that comes again goes into the main
/// queue at once (S3-FIFO, SOSP 2023, section 4). Lines of 31 fingerprints, each a FIFO of its own; about as many in
/// all as there are items, within a part of the memory.
/// </summary>
/// <remarks>
/// Any thread, without a lock: a lost or a doubled fingerprint does no harm, and a wrong hit (1 in 2,000 lookups) only
/// puts an item into the other queue.
/// </remarks>
internal sealed unsafe class GhostTable
{
    /// <summary>At most 1.25 % of the memory: 2 bytes for each item of 160 bytes.</summary>
    private const long MemoryShare = 80;
    private const int EntriesOfLine = 31;

    /// <summary>
    /// Items that a line stands for: the paper's ghost queue is as long as the main one. Other values and what they
    /// lose: docs/decisions/store-layout.md.
    /// </summary>
    private const int ItemsOfLine = 30;

    /// <summary>Bytes that are given back at a time.</summary>
    private const long SliceMax = 2 << 20;

    /// <summary>Positions change with the number of lines, so it changes in large steps only.</summary>
    private const int ResizeShare = 3;

    private readonly SegmentArena _arena;
    private readonly Line* _lines;          // owner: immutable; the lines: anybody
    private readonly long _bytesMax;        // owner: immutable; mapped, but not all of it used
    private long _bytes;                    // owner: evictor writes, everybody reads; counted against the limit
    private uint _count;                    // owner: evictor writes, everybody reads
    private long _hits;                     // owner: anybody, interlocked
    private long _cutEnd;                   // owner: who sets or takes _cutBytes
    private long _cutBytes;                 // owner: evictor sets it when it is 0, who maintains memory takes it

    public GhostTable(SegmentArena arena, long memory)
    {
        _arena = arena;
        _bytesMax = (long)MappedMemory.WholePages((nuint)(memory / MemoryShare));
        _bytes = MappedMemory.PageSize;
        _lines = (Line*)arena.TryMapTable(_bytesMax, _bytes);
        if (_lines == null) throw new InsufficientMemoryException("no memory for the ghosts of the item store");
        _count = (uint)(_bytes / sizeof(Line));
    }

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Keys that were known when they came again.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>It wants memory that it could not have.</summary>
    public bool IsShort { get; private set; }       // owner: evictor

    /// <summary>Remembers about as many keys as there are items. By the evictor.</summary>
    public void Fit(long items)
    {
        long wanted = Math.Clamp(items / ItemsOfLine, 1, _bytesMax / sizeof(Line));
        if (Math.Abs(wanted - _count) <= _count / ResizeShare) return;
        long bytes = (long)MappedMemory.WholePages((nuint)(wanted * sizeof(Line)));
        if (bytes > _bytes && !Reserve(bytes)) return;
        Volatile.Write(ref _count, (uint)wanted);
        IsShort = false;
        if (bytes > _bytes) Volatile.Write(ref _bytes, bytes);
    }

    /// <summary>
    /// Cuts a slice off that the lines do not need any more, at the end of what is counted, for
    /// <see cref="GiveCutBack"/>; one at a time. By the evictor.
    /// </summary>
    /// <returns>False when there is nothing to cut.</returns>
    public bool Cut()
    {
        long used = (long)MappedMemory.WholePages((nuint)(_count * (long)sizeof(Line)));
        long slice = Math.Min(_bytes - used, SliceMax);
        // What is being gathered for a longer table is not to be cut.
        if (slice <= 0 || IsShort) return false;
        if (Volatile.Read(ref _cutBytes) != 0) return true;
        _cutEnd = _bytes - slice;
        Volatile.Write(ref _bytes, _cutEnd);
        Volatile.Write(ref _cutBytes, slice);
        return true;
    }

    /// <summary>Gives a slice to the system. One thread at a time, without any lock.</summary>
    public void GiveCutBack()
    {
        long slice = Volatile.Read(ref _cutBytes);
        if (slice == 0) return;
        // Who still adds to a line there brings back a page of zeros. Where the table has grown again meanwhile, some
        // ghosts are lost.
        MappedMemory.Discard((byte*)_lines + _cutEnd, (nuint)slice);
        _arena.Account.Unreserve(slice);
        Volatile.Write(ref _cutBytes, 0);
    }

    // In a full store the bytes come by and by, and are used when all are there.
    private bool Reserve(long bytes)
    {
        IsShort = false;
        if (_arena.Account.TryReserve(bytes - _bytes)) return true;
        IsShort = true;
        long part = Math.Min(bytes - _bytes, _arena.SegmentBytes);
        if (_arena.Account.TryReserve(part)) Volatile.Write(ref _bytes, _bytes + part);
        return false;
    }

    /// <summary>A key has left the small queue.</summary>
    public void Add(ulong hash)
    {
        Line* line = LineOf(hash);
        ushort next = (ushort)(line->Next % EntriesOfLine);
        line->Next = (ushort)(next + 1);
        line->Entries[next] = FingerprintOf(hash);
    }

    /// <summary>Whether a key has left the small queue not long ago; it is forgotten now.</summary>
    public bool Take(ulong hash)
    {
        Line* line = LineOf(hash);
        Vector512<ushort> wanted = Vector512.Create(FingerprintOf(hash));
        ulong found = Vector512.Equals(Vector512.LoadAligned((ushort*)line), wanted).ExtractMostSignificantBits();
        found &= ~1UL;
        if (found == 0) return false;
        line->Entries[ulong.TrailingZeroCount(found) - 1] = 0;
        Interlocked.Increment(ref _hits);
        return true;
    }

    public void Dispose()
    {
        MappedMemory.Unmap((byte*)_lines, (nuint)_bytesMax);
        _arena.Account.Unreserve(_bytes + _cutBytes);
    }

    private Line* LineOf(ulong hash) => _lines + ((hash & uint.MaxValue) * Volatile.Read(ref _count) >> 32);

    // Not the bits that choose the line. 0 is an empty entry.
    private static ushort FingerprintOf(ulong hash) => (ushort)Math.Max((ushort)(hash >> 40), (ushort)1);

    /// <summary>One cache line.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Line
    {
        public ushort Next;
        public fixed ushort Entries[EntriesOfLine];
    }
}
