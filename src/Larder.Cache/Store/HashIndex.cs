using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// Key to item: 256 stripes, each with a lock and its own 2^n buckets.
/// <code>
/// hash  63 .. 48   47 .. 32   31 ............... 8   7 .. 0
///       tag        unused     bucket, from the top   stripe
///                             \__ kept in the item __/
/// </code>
/// The bucket's number is taken from the top of its bits, so that a bucket's items go to two neighbours when the table
/// doubles, and buckets stay in the order of hashes: growth moves one bucket at a time, an iteration keeps its place.
/// All methods with a stripe want its lock held. Nothing here allocates or makes a system call but the constructor,
/// <see cref="TryGrow"/> and <see cref="FinishGrowth"/>, which are called without locks.
/// </summary>
internal sealed unsafe class HashIndex
{
    public const int StripeBits = 8;
    public const int StripeCount = 1 << StripeBits;

    private const int BitsMin = 1;
    private const int BitsMax = 32 - StripeBits;

    /// <summary>
    /// Items in a bucket of 8, on average, at which the index grows if there is memory: 1 bucket in 4 is then crowded.
    /// </summary>
    private const int GrowLoad = 7;

    /// <summary>... and at which items are evicted for it: nearly every bucket has a chain.</summary>
    private const int CrowdedLoad = 11;

    /// <summary>An attempt to grow may fail for want of memory: so it is not made with every item.</summary>
    private const int NoticeEvery = 16;

    private readonly SegmentArena _arena;
    private readonly BucketPool _pool;
    private readonly Stripe* _stripes;      // owner: immutable
    private readonly bool _canGrow;         // owner: immutable
    private Bucket* _table;                 // owner: whoever has _growing
    private Bucket* _oldTable;              // owner: whoever has _growing
    private int _bits;                      // owner: whoever has _growing writes, everybody reads
    private int _growing;                   // 0 no, 1 being changed by one thread, 2 buckets are moving
    private int _stripesMoving;             // owner: anybody, interlocked
    private int _growWanted;                // owner: anybody; 0, GrowLoad or CrowdedLoad

    public HashIndex(SegmentArena arena, int hashPower, bool canGrow)
    {
        _arena = arena;
        _pool = new BucketPool(arena);
        _canGrow = canGrow;
        int slotBits = BitOperations.Log2(Bucket.SlotCount);
        _bits = Math.Clamp(hashPower - slotBits - StripeBits, BitsMin, BitsMax);
        _stripes = (Stripe*)MapTable(StripesBytes);
        _table = _stripes == null ? null : (Bucket*)MapTable(TableBytes(_bits));
        // A first chunk, so that a store that is full of items still has buckets for the odd chain.
        if (_table == null || !arena.TryReserve(BucketPool.ChunkBytes) || !_pool.Refill())
            throw new InsufficientMemoryException("no memory for the index of the item store");
        for (int index = 0; index < StripeCount; index++)
        {
            _stripes[index].Bits = _bits;
            _stripes[index].Table = _table + ((long)index << _bits);
        }
    }

    /// <summary>Log2 of the slots.</summary>
    public int HashPower => Volatile.Read(ref _bits) + StripeBits + BitOperations.Log2(Bucket.SlotCount);

    public long Bytes => TableBytes(Volatile.Read(ref _bits)) + StripesBytes + _pool.Bytes;

    public bool IsGrowing => Volatile.Read(ref _growing) != 0;

    /// <summary>Growth is due if there is memory.</summary>
    public bool WantsGrowth => Volatile.Read(ref _growWanted) != 0 && !IsGrowing;

    /// <summary>There is something to do for <see cref="IndexGrowth"/>.</summary>
    public bool NeedsStep =>
        WantsGrowth || (Volatile.Read(ref _growing) == 2 && Volatile.Read(ref _stripesMoving) == 0);

    /// <summary>Growth is due, and evicting items for it, too.</summary>
    public bool IsCrowded => Volatile.Read(ref _growWanted) == CrowdedLoad && !IsGrowing;

    /// <summary>Forgets what was noticed; it will be noticed again if it is still so.</summary>
    public void ForgetGrowth() => Volatile.Write(ref _growWanted, 0);

    /// <summary>Bytes of the next table.</summary>
    public long GrowthBytes => TableBytes(Volatile.Read(ref _bits) + 1);

    public BucketPool Pool => _pool;

    /// <summary>Items stored since the start or the last reset.</summary>
    public long Stored
    {
        get
        {
            long stored = 0;
            for (int index = 0; index < StripeCount; index++) stored += Volatile.Read(ref _stripes[index].Stored);
            return stored;
        }
    }

    public void ResetStored()
    {
        for (int index = 0; index < StripeCount; index++)
        {
            Stripe* stripe = _stripes + index;
            SpinGate.Enter(ref stripe->Lock);
            stripe->Stored = 0;
            SpinGate.Exit(ref stripe->Lock);
        }
    }

    private static long StripesBytes => StripeCount * sizeof(Stripe);

    public Stripe* StripeAt(int index)
    {
        Debug.Assert((uint)index < StripeCount, "a stripe");
        return _stripes + index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Stripe* StripeOf(ulong hash) => _stripes + (byte)hash;

    /// <summary>
    /// Asks for the bucket's line. Without a lock: the address may be out of date, which only costs time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(uint hashLow)
    {
        Stripe* stripe = StripeOf(hashLow);
        if (Sse.IsSupported) Sse.Prefetch0(stripe->Table + (hashLow >> (32 - stripe->Bits)));
    }

    /// <summary>Asks for the items that may have this hash.</summary>
    public static void PrefetchItems(Stripe* stripe, ulong hash)
    {
        if (!Sse.IsSupported) return;
        Bucket* bucket = BucketOf(stripe, (uint)hash);
        for (uint matches = Matches(bucket, Bucket.TagOf(hash)); matches != 0; matches &= matches - 1)
        {
            byte* item = (byte*)Bucket.ItemOf(bucket->Slots[BitOperations.TrailingZeroCount(matches)]);
            Sse.Prefetch0(item);
            Sse.Prefetch0(item + 64);
        }
    }

    /// <summary>The slot of a key's item, or null.</summary>
    public static ulong* Find(Stripe* stripe, ulong hash, ReadOnlySpan<byte> key)
    {
        ulong tag = Bucket.TagOf(hash);
        for (Bucket* bucket = BucketOf(stripe, (uint)hash); bucket != null; bucket = Bucket.Next(bucket))
        {
            for (uint matches = Matches(bucket, tag); matches != 0; matches &= matches - 1)
            {
                ulong* slot = bucket->Slots + BitOperations.TrailingZeroCount(matches);
                if (ItemHeader.Key(Bucket.ItemOf(*slot)).SequenceEqual(key)) return slot;
            }
        }
        return null;
    }

    /// <summary>The slot that holds this very item, or null when it is no longer in the index.</summary>
    public static ulong* FindItem(Stripe* stripe, ItemHeader* item)
    {
        for (Bucket* bucket = BucketOf(stripe, item->HashLow); bucket != null; bucket = Bucket.Next(bucket))
        {
            for (int index = 0; index < Bucket.SlotCount; index++)
            {
                ulong slot = bucket->Slots[index];
                if (Bucket.ItemOf(slot) == item && slot >> Bucket.TagShift != Bucket.LinkTag)
                    return bucket->Slots + index;
            }
        }
        return null;
    }

    /// <summary>An empty slot for a hash; null when the pool of buckets needs a refill first.</summary>
    public ulong* FindFree(Stripe* stripe, ulong hash)
    {
        Bucket* spares = null;
        return FindFree(BucketOf(stripe, (uint)hash), ref spares);
    }

    /// <summary>
    /// Counts an item that went into a slot from <c>FindFree</c>, and notices when growth is due.
    /// </summary>
    public void Added(Stripe* stripe)
    {
        long items = ++stripe->Items;
        if (items <= (long)GrowLoad << stripe->Bits || items % NoticeEvery != 0) return;
        if (!_canGrow || stripe->Bits >= BitsMax) return;
        int load = items > (long)CrowdedLoad << stripe->Bits ? CrowdedLoad : GrowLoad;
        if (Volatile.Read(ref _growWanted) < load) Volatile.Write(ref _growWanted, load);
    }

    /// <summary>
    /// Empties a slot. A chain whose last bucket holds one item or none gives it back, so that chains are as long as
    /// their items need, and not as they once needed.
    /// </summary>
    public void Remove(Stripe* stripe, ulong* slot)
    {
        ItemHeader* item = Bucket.ItemOf(*slot);
        *slot = 0;
        stripe->Items--;
        Bucket* before = BucketOf(stripe, item->HashLow);
        Bucket* last = Bucket.Next(before);
        if (last == null) return;
        for (Bucket* next = Bucket.Next(last); next != null; next = Bucket.Next(next))
        {
            before = last;
            last = next;
        }
        ulong left = 0;
        for (int index = 0; index < Bucket.SlotCount; index++)
        {
            if (last->Slots[index] == 0) continue;
            if (left != 0) return;
            left = last->Slots[index];
        }
        before->Slots[Bucket.SlotCount - 1] = left;
        *last = default;
        _pool.PutBack(last);
    }

    /// <summary>
    /// Moves some of the stripe's old buckets. Called by whoever writes here, and by the background step.
    /// </summary>
    /// <returns>How many moved.</returns>
    public int Move(Stripe* stripe, int count)
    {
        int moved = 0;
        while (stripe->OldTable != null && moved < count)
        {
            MoveBucket(stripe, stripe->OldTable + stripe->Moved);
            stripe->Moved++;
            moved++;
            if (stripe->Moved < 1u << stripe->OldBits)
            {
                PrefetchHeaders(stripe->OldTable + stripe->Moved);
                continue;
            }
            stripe->OldTable = null;
            Interlocked.Decrement(ref _stripesMoving);
        }
        return moved;
    }

    /// <summary>Begins to use a table of twice the size, whose bytes the caller has reserved.</summary>
    /// <returns>False when somebody else does, or the system has no memory; the bytes are given back.</returns>
    public bool TryGrow(long reservedBytes)
    {
        bool isOurs = Interlocked.CompareExchange(ref _growing, 1, 0) == 0;
        int bits = _bits + 1;
        Bucket* table = isOurs && reservedBytes == TableBytes(bits) ? (Bucket*)Map(reservedBytes) : null;
        if (table == null)
        {
            _arena.Unreserve(reservedBytes);
            if (isOurs) Volatile.Write(ref _growing, 0);
            return false;
        }
        _oldTable = _table;
        _table = table;
        Volatile.Write(ref _stripesMoving, StripeCount);
        for (int index = 0; index < StripeCount; index++)
        {
            Stripe* stripe = _stripes + index;
            SpinGate.Enter(ref stripe->Lock);
            stripe->OldTable = stripe->Table;
            stripe->OldBits = stripe->Bits;
            stripe->Moved = 0;
            stripe->Table = table + ((long)index << bits);
            stripe->Bits = bits;
            SpinGate.Exit(ref stripe->Lock);
        }
        Volatile.Write(ref _bits, bits);
        Volatile.Write(ref _growWanted, 0);
        Volatile.Write(ref _growing, 2);
        return true;
    }

    /// <summary>Unmaps the old table once all stripes have left it.</summary>
    public void FinishGrowth()
    {
        // Pairs with the decrements in Move, each under its stripe's lock: at 0 nobody reads the old table.
        if (Volatile.Read(ref _growing) != 2 || Volatile.Read(ref _stripesMoving) != 0) return;
        if (Interlocked.CompareExchange(ref _growing, 1, 2) != 2) return;
        MappedMemory.Unmap((byte*)_oldTable, (nuint)TableBytes(_bits - 1));
        _arena.Unreserve(TableBytes(_bits - 1));
        _oldTable = null;
        Volatile.Write(ref _growing, 0);
    }

    /// <summary>The bucket whose items come next in the order of hashes, and where the one behind it begins.</summary>
    public static Bucket* BucketFrom(Stripe* stripe, uint position, out uint next)
    {
        bool isOld = stripe->OldTable != null && position >> (32 - stripe->OldBits) >= stripe->Moved;
        int bits = isOld ? stripe->OldBits : stripe->Bits;
        uint number = position >> (32 - bits);
        next = (number + 1) << (32 - bits);     // 0 behind the last one
        return (isOld ? stripe->OldTable : stripe->Table) + number;
    }

    public void Dispose()
    {
        MappedMemory.Unmap((byte*)_table, (nuint)TableBytes(_bits));
        _arena.Unreserve(TableBytes(_bits));
        if (_oldTable != null)
        {
            MappedMemory.Unmap((byte*)_oldTable, (nuint)TableBytes(_bits - 1));
            _arena.Unreserve(TableBytes(_bits - 1));
        }
        MappedMemory.Unmap((byte*)_stripes, (nuint)StripesBytes);
        _arena.Unreserve(StripesBytes);
        _pool.Dispose();
    }

    private static long TableBytes(int bits) => (long)sizeof(Bucket) << (StripeBits + bits);

    private byte* MapTable(long bytes)
    {
        Debug.Assert(_arena.Mapped + bytes <= _arena.Limit, "the smallest index fits the smallest store");
        return _arena.TryReserve(bytes) ? Map(bytes) : null;
    }

    private static byte* Map(long bytes)
    {
        bool isHuge = bytes >= MappedMemory.HugePageSize;
        nuint alignment = isHuge ? MappedMemory.HugePageSize : (nuint)MappedMemory.PageSize;
        byte* memory = MappedMemory.Map((nuint)bytes, alignment);
        if (memory != null && isHuge) MappedMemory.PreferHugePages(memory, (nuint)bytes);
        return memory;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Bucket* BucketOf(Stripe* stripe, uint hashLow)
    {
        if (stripe->OldTable != null)
        {
            uint old = hashLow >> (32 - stripe->OldBits);
            if (old >= stripe->Moved) return stripe->OldTable + old;
        }
        return stripe->Table + (hashLow >> (32 - stripe->Bits));
    }

    // One comparison for 8 slots: bit i is set when slot i has the tag. An empty slot's tag is 0, which no item has.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Matches(Bucket* bucket, ulong tag)
    {
        Vector512<ulong> tags = Vector512.LoadAligned(bucket->Slots) >>> Bucket.TagShift;
        return (uint)Vector512.Equals(tags, Vector512.Create(tag)).ExtractMostSignificantBits();
    }

    // Goes along the chain. A full one is made longer: its last slot moves to the new bucket and becomes the link.
    private ulong* FindFree(Bucket* bucket, ref Bucket* spares)
    {
        while (true)
        {
            for (int index = 0; index < Bucket.SlotCount; index++)
                if (bucket->Slots[index] == 0) return bucket->Slots + index;
            Bucket* next = Bucket.Next(bucket);
            if (next == null) break;
            bucket = next;
        }
        Bucket* added = spares;
        if (added != null)
        {
            spares = (Bucket*)added->Slots[0];
            added->Slots[0] = 0;
        }
        else
        {
            added = _pool.TryTake();
            if (added == null) return null;
        }
        added->Slots[0] = bucket->Slots[Bucket.SlotCount - 1];
        bucket->Slots[Bucket.SlotCount - 1] = Bucket.Pack(Bucket.LinkTag, added);
        return added->Slots + 1;
    }

    // A bucket moves by the hashes in its items' headers: they are on the way while the caller does other things.
    private static void PrefetchHeaders(Bucket* bucket)
    {
        if (!Sse.IsSupported) return;
        for (int index = 0; index < Bucket.SlotCount; index++) Sse.Prefetch0(Bucket.ItemOf(bucket->Slots[index]));
    }

    // The chain's own buckets are used again for the two new ones: moving never needs one more than it has freed, since
    // a bucket that is read frees its link before its items are placed.
    private void MoveBucket(Stripe* stripe, Bucket* old)
    {
        int shift = 32 - stripe->Bits;
        Bucket* spares = null;
        for (Bucket* bucket = old; bucket != null;)
        {
            Bucket copy = *bucket;
            Bucket* next = Bucket.Next(bucket);
            if (bucket != old)
            {
                *bucket = default;
                bucket->Slots[0] = (ulong)spares;
                spares = bucket;
            }
            for (int index = 0; index < (next == null ? Bucket.SlotCount : Bucket.SlotCount - 1); index++)
            {
                ulong slot = copy.Slots[index];
                if (slot == 0) continue;
                ulong* place = FindFree(stripe->Table + (Bucket.ItemOf(slot)->HashLow >> shift), ref spares);
                Debug.Assert(place != null, "the chain's own buckets suffice");
                *place = slot;
            }
            bucket = next;
        }
        *old = default;
        _pool.PutBack(spares);
    }
}
