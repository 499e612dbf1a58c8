using System.Numerics;

namespace Larder.Cache.Store;

/// <summary>
/// When the bytes of a segment expire, in levels that widen by doubling: level n counts what expires 2^n to 2^(n+1) - 1
/// seconds after the last walk, and knows the earliest second of it. Dead bytes stay counted until a walk counts anew.
/// </summary>
/// <remarks>
/// What is due is told too large, never too small: a level counts as due when its earliest second has come. So a walk
/// over a segment in which an eighth is due frees that eighth, or moves it to lower levels, since it counts from now:
/// bytes that live for t seconds are walked over for at most 8 * (1 + log2 t) times as many bytes, however many other
/// items there are.
/// </remarks>
/// <param name="earliest">The earliest seconds of some segments, side by side (SegmentTable).</param>
/// <param name="at">The place of this segment's.</param>
internal sealed class ExpiryNotes(uint[] earliest, int at)
{
    /// <summary>The earliest second when nothing here expires.</summary>
    public const uint Never = uint.MaxValue;

    private const int LevelCount = 32;
    private const int BytesShift = 32;

    private ulong[]? _levels;       // owner: anybody, interlocked; bytes and earliest second, 0 when empty
    private uint _base;             // owner: expiry (arena before the segment is used)

    /// <summary>The earliest second in which something here may expire.</summary>
    public uint Earliest => Volatile.Read(ref Place);

    private ref uint Place => ref earliest[at];         // owner: anybody, interlocked

    /// <summary>Notes for many items. A segment of one large item needs none but the earliest second.</summary>
    public void MakeLevels() => _levels ??= new ulong[LevelCount];

    /// <summary>
    /// Counts from now on, with nothing noted: a walk begins, or a segment. A walk that clears sees every record (or
    /// its new time) that was noted before: see <see cref="Note"/>.
    /// </summary>
    public void Clear(uint now)
    {
        // Before the levels: a note whose level survives has looked at the earliest second behind this.
        Interlocked.Exchange(ref Place, Never);
        Volatile.Write(ref _base, now);
        for (int level = 0; _levels is not null && level < LevelCount; level++)
            Interlocked.Exchange(ref _levels[level], 0);
    }

    /// <summary>Bytes of an item here expire then (0: never). The item is in the index, with its time.</summary>
    public void Note(uint expiry, long bytes)
    {
        if (expiry == 0) return;
        if (_levels is null)
        {
            // The record must be visible before the old note is looked at; pairs with the exchange in Clear.
            Interlocked.MemoryBarrier();
        }
        else
        {
            uint start = Volatile.Read(ref _base);
            Add(ref _levels[BitOperations.Log2(expiry > start ? expiry - start : 1)], expiry, bytes);
        }
        uint seen = Earliest;
        while (expiry < seen)
        {
            uint found = Interlocked.CompareExchange(ref Place, expiry, seen);
            if (found == seen) return;
            seen = found;
        }
    }

    /// <summary>No items are left: until it is cleared for others, nobody need look at it.</summary>
    public void Forget() => Interlocked.Exchange(ref Place, Never);

    /// <summary>Bytes that have expired by then, or may have; dead ones among them.</summary>
    public long BytesDue(uint now)
    {
        if (Earliest > now) return 0;
        if (_levels is null) return long.MaxValue;
        long due = 0;
        for (int level = 0; level < LevelCount; level++)
        {
            ulong noted = Volatile.Read(ref _levels[level]);
            if (noted != 0 && (uint)noted <= now) due += (long)(noted >> BytesShift);
        }
        // A note that is being made, or one whose bytes were taken for another's: something is there.
        return Math.Max(due, 1);
    }

    // One word, so that a note is there whole or not at all. The exchange is a full fence: either Clear comes behind
    // it, and the walk after Clear sees the record, or the note comes behind Clear and stays.
    private static void Add(ref ulong level, uint expiry, long bytes)
    {
        ulong seen = Volatile.Read(ref level);
        while (true)
        {
            uint earliest = seen == 0 ? expiry : Math.Min((uint)seen, expiry);
            ulong sum = Math.Min((seen >> BytesShift) + (ulong)bytes, uint.MaxValue);
            ulong found = Interlocked.CompareExchange(ref level, (sum << BytesShift) | earliest, seen);
            if (found == seen) return;
            seen = found;
        }
    }
}
