using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// Key to item: stripes, each with a lock and a small table of buckets.
/// <code>
/// hash  63 .. 51   50 ................. 19      18 .. 0
///       tag        position in the stripe       stripe, from the bottom
/// </code>
/// The bucket's number is position * buckets / 2^32, so that a stripe may have any number of them and grow by a page at
/// a time: no table is ever twice as large as its items need, and the order of positions stays when it grows, which is
/// how an iteration keeps its place. A full bucket's items stand in the next buckets, round the stripe (see
/// <see cref="Bucket"/>), which keeps all slots useful up to a load of 0.9. All methods with a stripe want its lock.
/// </summary>
internal sealed unsafe class HashIndex
{
    public const int PositionShift = 19;

    /// <summary>
    /// Memory for each stripe. A stripe of items with 40 bytes each has 1,700 of them, which move in about 50 us when
    /// it grows; with one page at least, the index takes 1/64 of the memory.
    /// </summary>
    private const long MemoryOfStripe = 64 << 10;
    private const int StripesMin = 16;
    private const int PagesMax = Stripe.InlinePages + IndexPages.PageBytes / sizeof(ulong);

    /// <summary>
    /// Items of 100 slots at which a stripe grows; linear probing by buckets of 8 looks at few lines then.
    /// </summary>
    private const int GrowPercent = 90;

    /// <summary>Without memory to grow, up to here; then an item has to go.</summary>
    private const int FullPercent = 97;

    /// <summary>A stripe below this gives pages back until it is above.</summary>
    private const int ShrinkPercent = 75;

    private readonly SegmentArena _arena;
    private readonly IndexPages _pages;
    private readonly ulong _seed;               // owner: immutable
    private readonly Stripe* _stripes;          // owner: immutable
    private readonly uint _stripeMask;          // owner: immutable
    private long _placed;                       // owner: anybody, interlocked

    public HashIndex(SegmentArena arena, long memory, int hashPower, ulong seed)
    {
        _arena = arena;
        _seed = seed;
        _pages = new IndexPages(arena);
        long stripes = Math.Clamp(memory / MemoryOfStripe, StripesMin, 1L << PositionShift);
        StripeCount = 1 << BitOperations.Log2((ulong)stripes);
        _stripeMask = (uint)StripeCount - 1;
        _stripes = (Stripe*)arena.TryMapTable(StripesBytes, StripesBytes);
        if (_stripes == null) throw NoMemory();
        long slots = 1L << hashPower;
        long pages = Math.Clamp(slots / StripeCount / (IndexPages.PageBuckets * Bucket.SlotCount), 1, PagesMax);
        for (long count = 0; count < StripeCount * pages; count++)
        {
            if (TryAddFirstPage((int)(count / pages))) continue;
            Dispose();
            throw NoMemory();
        }
    }

    public int StripeCount { get; }

    public IndexPages Pages => _pages;

    /// <summary>Log2 of the slots, rounded down.</summary>
    public int HashPower
    {
        get
        {
            long buckets = 0;
            for (int index = 0; index < StripeCount; index++) buckets += Volatile.Read(ref _stripes[index].Buckets);
            return BitOperations.Log2((ulong)buckets * Bucket.SlotCount);
        }
    }

    public long Bytes => StripesBytes + _pages.Bytes;

    /// <summary>Items that were placed anew since the start, as stripes grew or shrank.</summary>
    public long Placed => Interlocked.Read(ref _placed);

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

    private long StripesBytes => (long)MappedMemory.WholePages((nuint)((long)StripeCount * sizeof(Stripe)));

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

    public Stripe* StripeAt(int index)
    {
        Debug.Assert((uint)index < StripeCount, "a stripe");
        return _stripes + index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Stripe* StripeOf(ulong hash) => _stripes + ((uint)hash & _stripeMask);

    public int NumberOf(Stripe* stripe) => (int)(stripe - _stripes);

    /// <summary>The hash of an item's key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong HashOf(ItemHeader* item) => KeyHash.Compute(ItemHeader.Key(item), _seed);

    /// <summary>Asks for the first line of the stripe, without which nobody can ask for the bucket's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchStripe(ulong hash)
    {
        if (Sse.IsSupported) Sse.Prefetch0(StripeOf(hash));
    }

    /// <summary>
    /// Asks for the bucket's line. Without a lock: the address may be out of date, which only costs time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        if (!Sse.IsSupported) return;
        Stripe* stripe = StripeOf(hash);
        int bucket = Home(hash, Volatile.Read(ref stripe->Buckets));
        int page = bucket / IndexPages.PageBuckets;
        if (page < Stripe.InlinePages) Sse.Prefetch0((Bucket*)stripe->Pages[page] + bucket % IndexPages.PageBuckets);
    }

    /// <summary>
    /// Asks for the first lines of the items that may have this hash. Without a lock: what it reads may be out of date,
    /// and an address is only asked for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchItem(ulong hash)
    {
        if (!Sse.IsSupported) return;
        Stripe* stripe = StripeOf(hash);
        int bucket = Home(hash, Volatile.Read(ref stripe->Buckets));
        int page = bucket / IndexPages.PageBuckets;
        if (page >= Stripe.InlinePages) return;
        var line = (Bucket*)stripe->Pages[page] + bucket % IndexPages.PageBuckets;
        for (uint matches = Bucket.Matches(line, Slot.TagOf(hash), out _); matches != 0; matches &= matches - 1)
        {
            var item = (byte*)Slot.ItemOf(line->Slots[BitOperations.TrailingZeroCount(matches)]);
            Sse.Prefetch0(item);
            Sse.Prefetch0(item + 64);
            Sse.Prefetch0(item + 128);
        }
    }

    /// <summary>The slot of a key's item, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* Find(Stripe* stripe, ulong hash, ReadOnlySpan<byte> key)
    {
        ulong tag = Slot.TagOf(hash);
        int home = Home(hash, stripe->Buckets);
        Bucket* bucket = BucketAt(stripe, home);
        uint matches = Bucket.Matches(bucket, tag, out uint reach);
        for (uint distance = 0; ;)
        {
            for (; matches != 0; matches &= matches - 1)
            {
                ulong* slot = bucket->Slots + BitOperations.TrailingZeroCount(matches);
                if (ItemHeader.Key(Slot.ItemOf(*slot)).SequenceEqual(key)) return slot;
            }
            if (++distance > reach) return null;
            bucket = BucketBehind(stripe, home, (int)distance);
            matches = Bucket.Matches(bucket, tag, out _);
        }
    }

    /// <summary>The slot that holds this very item, or null when it is no longer in the index.</summary>
    public static ulong* FindItem(Stripe* stripe, ulong hash, ItemHeader* item)
    {
        ulong tag = Slot.TagOf(hash);
        int home = Home(hash, stripe->Buckets);
        Bucket* bucket = BucketAt(stripe, home);
        uint matches = Bucket.Matches(bucket, tag, out uint reach);
        for (uint distance = 0; ;)
        {
            for (; matches != 0; matches &= matches - 1)
            {
                ulong* slot = bucket->Slots + BitOperations.TrailingZeroCount(matches);
                if (Slot.ItemOf(*slot) == item) return slot;
            }
            if (++distance > reach) return null;
            bucket = BucketBehind(stripe, home, (int)distance);
            matches = Bucket.Matches(bucket, tag, out _);
        }
    }

    /// <summary>An empty slot for a hash; null when the stripe needs a page first, and there is none.</summary>
    /// <param name="isDense">No page can be had: fill the stripe up.</param>
    public ulong* FindFree(Stripe* stripe, ulong hash, bool isDense)
    {
        int percent = isDense ? FullPercent : GrowPercent;
        bool isFull = (stripe->Items + 1) * 100L > (long)stripe->Buckets * Bucket.SlotCount * percent;
        if (isFull && !Grow(stripe)) return null;
        ulong* slot = TryFree(stripe, hash);
        return slot != null || !Grow(stripe) ? slot : TryFree(stripe, hash);
    }

    /// <summary>Empties a slot.</summary>
    public static void Remove(Stripe* stripe, ulong* slot)
    {
        Slot.Set(slot, 0);
        Stripe.NoteLeft(stripe);
        stripe->Items--;
    }

    /// <summary>A stripe has pages to give back. Without the lock, as a hint.</summary>
    public static bool IsSparse(Stripe* stripe) =>
        PagesFor(Volatile.Read(ref stripe->Items)) < Volatile.Read(ref stripe->Buckets) / IndexPages.PageBuckets;

    /// <summary>Gives pages back that a stripe does not need any more.</summary>
    public void Shrink(Stripe* stripe)
    {
        int pages = PagesFor(stripe->Items);
        if (pages < stripe->Buckets / IndexPages.PageBuckets) Resize(stripe, pages);
    }

    /// <summary>Copies a page of a stripe to another place, if the stripe still has it.</summary>
    /// <returns>False when there is no other place.</returns>
    public bool MovePage(int owner, byte* page)
    {
        Stripe* stripe = StripeAt(owner);
        bool isDone = true;
        SpinGate.Enter(ref stripe->Lock);
        for (int number = 0; number < stripe->Buckets / IndexPages.PageBuckets; number++)
        {
            if (*PagePlace(stripe, number) != (ulong)page) continue;
            isDone = Replace(stripe, PagePlace(stripe, number), owner);
        }
        if ((byte*)stripe->Directory == page)
        {
            ulong* place = (ulong*)&stripe->Directory;
            isDone = Replace(stripe, place, owner);
        }
        SpinGate.Exit(ref stripe->Lock);
        return isDone;
    }

    /// <summary>Where the bucket that a position lies in ends; 0 behind the last one.</summary>
    public static uint PositionBehind(Stripe* stripe, uint position)
    {
        ulong buckets = (uint)stripe->Buckets;
        ulong next = (position * buckets >> 32) + 1;
        return (uint)(((next << 32) + buckets - 1) / buckets);
    }

    public static uint PositionOf(ulong hash) => (uint)(hash >> PositionShift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Home(ulong hash, int buckets) => (int)((ulong)PositionOf(hash) * (uint)buckets >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bucket* BucketAt(Stripe* stripe, int bucket) =>
        (Bucket*)*PagePlace(stripe, bucket / IndexPages.PageBuckets) + bucket % IndexPages.PageBuckets;

    /// <summary>A bucket so many places behind another one, round the stripe.</summary>
    public static Bucket* BucketBehind(Stripe* stripe, int home, int distance)
    {
        int bucket = home + distance;
        return BucketAt(stripe, bucket < stripe->Buckets ? bucket : bucket - stripe->Buckets);
    }

    public void Dispose()
    {
        MappedMemory.Unmap((byte*)_stripes, (nuint)StripesBytes);
        _arena.Account.Unreserve(StripesBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* PagePlace(Stripe* stripe, int page) =>
        page < Stripe.InlinePages ? stripe->Pages + page : stripe->Directory + (page - Stripe.InlinePages);

    // The pages that a stripe keeps: one more than its items fill to three quarters.
    private static int PagesFor(int items) =>
        (int)(items * 100L / ShrinkPercent / (IndexPages.PageBuckets * Bucket.SlotCount)) + 1;

    private static ulong* TryFree(Stripe* stripe, ulong hash)
    {
        int home = Home(hash, stripe->Buckets);
        int distanceMax = Math.Min(stripe->Buckets - 1, Bucket.ReachMax);
        for (int distance = 0; distance <= distanceMax; distance++)
        {
            ulong* slot = Bucket.FindEmpty(BucketBehind(stripe, home, distance));
            if (slot == null) continue;
            NoteReach(stripe, BucketAt(stripe, home), (uint)distance);
            return slot;
        }
        return null;
    }

    private static void NoteReach(Stripe* stripe, Bucket* bucket, uint distance)
    {
        if (distance == 0) return;
        _ = Bucket.Matches(bucket, 0, out uint reach);
        if (distance <= reach) return;
        Stripe.BeginChange(stripe);
        Bucket.SetReach(bucket, distance);
        Stripe.EndChange(stripe);
    }

    private bool Grow(Stripe* stripe)
    {
        int pages = stripe->Buckets / IndexPages.PageBuckets;
        return Resize(stripe, pages + 1);
    }

    // Takes all slots out, changes the pages, and puts the slots back.
    [SkipLocalsInit]
    private bool Resize(Stripe* stripe, int pages)
    {
        int before = stripe->Buckets / IndexPages.PageBuckets;
        if (pages > PagesMax) return false;
        byte* added = null;
        int owner = NumberOf(stripe);
        if (pages > before)
        {
            if (pages > Stripe.InlinePages && stripe->Directory == null)
            {
                stripe->Directory = (ulong*)_pages.TryTake(owner);
                if (stripe->Directory == null) return false;
            }
            added = _pages.TryTake(owner);
            if (added == null) return false;
        }
        ulong* slots = stackalloc ulong[Math.Max(stripe->Items, 1)];
        int count = 0;
        Stripe.BeginChange(stripe);
        for (int number = 0; number < stripe->Buckets; number++)
        {
            Bucket* bucket = BucketAt(stripe, number);
            for (int index = 0; index < Bucket.SlotCount; index++)
            {
                // Taken by an exchange: a reader's mark either comes with it or fails.
                ulong slot = Interlocked.Exchange(ref bucket->Slots[index], 0);
                if (Slot.IsEmpty(slot)) continue;
                if (Sse.IsSupported) Sse.Prefetch0(Slot.ItemOf(slot));
                slots[count++] = slot;
            }
        }
        Debug.Assert(count == stripe->Items, "all items of the stripe");
        if (added != null) *PagePlace(stripe, before) = (ulong)added;
        for (int number = pages; number < before; number++) _pages.PutBack((byte*)*PagePlace(stripe, number));
        Volatile.Write(ref stripe->Buckets, pages * IndexPages.PageBuckets);
        for (int index = 0; index < count; index++) Place(stripe, slots[index]);
        Stripe.EndChange(stripe);
        Interlocked.Add(ref _placed, count);
        return true;
    }

    private void Place(Stripe* stripe, ulong slot)
    {
        int home = Home(HashOf(Slot.ItemOf(slot)), stripe->Buckets);
        uint distance = 0;
        ulong* place = Bucket.FindEmpty(BucketAt(stripe, home));
        while (place == null) place = Bucket.FindEmpty(BucketBehind(stripe, home, (int)++distance));
        Debug.Assert(distance <= Bucket.ReachMax, "a stripe that is not full has a slot near by");
        Bucket* bucket = BucketAt(stripe, home);
        _ = Bucket.Matches(bucket, 0, out uint reach);
        if (distance > reach) Bucket.SetReach(bucket, distance);
        Slot.Set(place, slot);
    }

    private bool Replace(Stripe* stripe, ulong* place, int owner)
    {
        byte* copy = _pages.TryTake(owner);
        if (copy == null) return false;
        byte* old = (byte*)*place;
        Stripe.BeginChange(stripe);
        // By exchanges, as in Resize.
        for (int index = 0; index < IndexPages.PageBytes / sizeof(ulong); index++)
            ((ulong*)copy)[index] = Interlocked.Exchange(ref ((ulong*)old)[index], 0);
        *place = (ulong)copy;
        Stripe.EndChange(stripe);
        _pages.PutBack(old);
        return true;
    }

    // The first pages, before anybody uses the store.
    private bool TryAddFirstPage(int index)
    {
        Stripe* stripe = _stripes + index;
        // Directories are made by Resize only: here, few pages are enough.
        int number = stripe->Buckets / IndexPages.PageBuckets;
        if (number >= Stripe.InlinePages) return true;
        byte* page = _pages.TryTake(index);
        if (page == null && _arena.TryTake() is { } segment)
        {
            _pages.Add(segment);
            page = _pages.TryTake(index);
        }
        if (page == null) return false;
        stripe->Pages[number] = (ulong)page;
        stripe->Buckets += IndexPages.PageBuckets;
        return true;
    }

    private static InsufficientMemoryException NoMemory() => new("no memory for the index of the item store");
}
