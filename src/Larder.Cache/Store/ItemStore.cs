using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Larder.Cache.Store;

/// <summary>
/// The items of a cache, off the managed heap: found by key, evicted when memory runs out, expired by the clock, and
/// counted. All methods may be called by any thread at any time; none blocks on anything but another thread that
/// works nearby, and none allocates managed memory. Keys are 1 to 250 bytes; the caller checks that.
/// </summary>
/// <remarks>
/// Callers hash a key once with <see cref="Hash"/> and hand the hash to every method. For a batch of keys: hash each
/// and <see cref="Prefetch"/>, and look each up some steps later. Expiry times are seconds of the
/// <see cref="StoreClock"/>, made by <see cref="StoreClock.ExpiryOf"/>.
/// </remarks>
public sealed unsafe class ItemStore : IDisposable
{
    /// <summary>The longest key in bytes (memcached's KEY_MAX_LENGTH).</summary>
    public const int KeyLengthMax = 250;

    /// <summary>The smallest memory limit of a store in bytes.</summary>
    public const long MemoryLimitMin = 1 << 20;

    /// <summary>The smallest <see cref="ItemStoreOptions.ItemSizeMax"/> in bytes.</summary>
    public const int ItemSizeMaxMin = 1024;

    /// <summary>Bounds of <see cref="ItemStoreOptions.HashPowerInit"/>.</summary>
    public const int HashPowerMin = 12;

    /// <inheritdoc cref="HashPowerMin"/>
    public const int HashPowerMax = 32;

    /// <summary>Steps of a batch until all that a key needs was asked for, and may have come.</summary>
    public const int PrefetchSteps = 3 * PrefetchLag;

    /// <summary>What the smallest limit must hold beside the index: lanes, spare, and some to evict.</summary>
    private const int SegmentsMin = 8;

    /// <summary>Segments that the pool keeps when nobody wants them, against mapping them again soon.</summary>
    private const int PoolKept = 4;

    /// <summary>Segments that one background step gives back.</summary>
    private const int TrimmedPerStep = 4;

    /// <summary>Slices of 2 MiB that one background step unmaps: a value of 1 GiB goes in 16 steps.</summary>
    private const int SlicesPerStep = 32;

    /// <summary>Steps of a batch between asking for a key's index line, for its item, and finding it.</summary>
    private const int PrefetchLag = 4;

    private readonly ItemTable _table;              // owner: immutable
    private readonly Evictor _evictor;              // owner: immutable
    private readonly PendingRecords _records;       // owner: immutable
    private readonly ItemWriter _writer;            // owner: immutable
    private readonly ItemArithmetic _arithmetic;    // owner: immutable
    private readonly TimedLanes _timedLanes;        // owner: immutable
    private readonly Expiry _expiry;                // owner: immutable
    private readonly Compactor _compactor;          // owner: immutable
    private readonly ulong _seed;                   // owner: immutable
    private readonly IndexShrinking _shrinking;     // owner: immutable
    private readonly ItemEditing _editing;          // owner: immutable
    private readonly ItemLookup _lookup;            // owner: immutable
    private bool _isDisposed;                       // owner: whoever disposes

    /// <summary>Maps the index and the first segments.</summary>
    /// <param name="options">Limits and switches; read once.</param>
    /// <param name="clock">The time; not owned, advanced by somebody else.</param>
    /// <exception cref="ArgumentOutOfRangeException">The memory limit is below <see cref="MemoryLimitMin"/>, or
    /// ItemSizeMax is below 1024 or above half of the memory.</exception>
    /// <exception cref="InsufficientMemoryException">The system gives no memory for the index.</exception>
    public ItemStore(ItemStoreOptions options, StoreClock clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MemoryLimitBytes, MemoryLimitMin, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ItemSizeMax, ItemSizeMaxMin, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.ItemSizeMax, options.MemoryLimitBytes / 2, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HashPowerInit, HashPowerMin, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.HashPowerInit, HashPowerMax, nameof(options));
        _seed = options.HashSeed ?? RandomSeed();
        _table = new ItemTable(options, clock, _seed);
        var smallLane = new Lane(_table.Arena, SegmentQueue.Small);
        var mainLane = new Lane(_table.Arena, SegmentQueue.Main);
        _timedLanes = new TimedLanes(_table.Arena);
        _evictor = new Evictor(_table, smallLane, mainLane, _timedLanes);
        _records = new PendingRecords(_table, _evictor, smallLane, mainLane);
        _writer = new ItemWriter(_table, _evictor, _records, _timedLanes, smallLane, mainLane);
        _editing = new ItemEditing(_table, _evictor, smallLane, mainLane);
        _shrinking = new IndexShrinking(_table);
        _lookup = new ItemLookup(_table);
        _arithmetic = new ItemArithmetic(_table, _writer, _evictor, _timedLanes, smallLane, mainLane);
        _compactor = new Compactor(_table, _evictor, _timedLanes, smallLane, mainLane);
        _expiry = new Expiry(_table, _timedLanes, _compactor);
        // The first free segments become the evictor's spares.
        while (!_table.Arena.HasSpares && _table.Arena.TryTake() is { } spare) _table.Arena.PutBack(spare);
    }

    /// <summary>The store's clock.</summary>
    public StoreClock Clock => _table.Clock;

    /// <summary>The names of size classes that the store counts under.</summary>
    public SizeClasses Classes => _table.Classes;

    /// <summary>The current memory limit in bytes.</summary>
    public long MemoryLimitBytes => _table.Arena.Limit;

    internal ItemTable Table => _table;

    internal Expiry Expiry => _expiry;

    internal Evictor Evictor => _evictor;

    /// <inheritdoc cref="ItemTable.EvictionObserver"/>
    internal IEvictionObserver? EvictionObserver
    {
        get => _table.EvictionObserver;
        set => _table.EvictionObserver = value;
    }

    /// <summary>The hash of a key in this store, by a seed that nobody outside knows.</summary>
    public ulong Hash(ReadOnlySpan<byte> key) => KeyHash.Compute(key, _seed);

    /// <summary>
    /// One step of a batch of keys: asks the processor for where this key's part of the index begins, for the index
    /// line of a key before it, and for the item of one before that, so that the waits overlap with the caller's work.
    /// A hint: it changes nothing and may find nothing. Step after step, until <see cref="PrefetchSteps"/> beyond the
    /// last key; a key may be looked up that many steps behind its own.
    /// </summary>
    /// <param name="hashes">
    /// The batch; a ring of a power of two that holds the last keys, more than <see cref="PrefetchSteps"/>.
    /// </param>
    /// <param name="count">How many keys were hashed so far.</param>
    /// <param name="step">The number of the key that was hashed last, or the next number when there was none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ReadOnlySpan<ulong> hashes, int count, int step)
    {
        HashIndex index = _table.Index;
        int mask = hashes.Length - 1;
        if (step < count) index.PrefetchStripe(hashes[step & mask]);
        step -= PrefetchLag;
        if ((uint)step < (uint)count) index.Prefetch(hashes[step & mask]);
        step -= PrefetchLag;
        if ((uint)step < (uint)count) index.PrefetchItem(hashes[step & mask]);
    }

    /// <summary>The batch is complete: the steps of <see cref="Prefetch"/> that are left.</summary>
    /// <param name="hashes">The batch.</param>
    /// <param name="count">How many keys it holds.</param>
    public void PrefetchRest(ReadOnlySpan<ulong> hashes, int count)
    {
        for (int step = count; step < count + 2 * PrefetchLag; step++) Prefetch(hashes, count, step);
    }

    /// <summary>Looks a key up and shows its item to the reader.</summary>
    public FindStatus Find<TReader>(
        ReadOnlySpan<byte> key, ulong hash, ref TReader reader, FindOptions options = FindOptions.None)
        where TReader : struct, IItemReader, allows ref struct
    {
        Debug.Assert(hash == Hash(key), "the hash is this store's hash of the key");
        return _lookup.Find(key, hash, ref reader, (options & FindOptions.NoBump) == FindOptions.None);
    }

    /// <summary>
    /// Looks a key up and lets the editor change its metadata (touch, gat, mg with T, R or N, md with I, me). The value
    /// stays as it is, or becomes empty.
    /// </summary>
    public FindStatus Edit<TEditor>(
        ReadOnlySpan<byte> key, ulong hash, ref TEditor editor, FindOptions options = FindOptions.None)
        where TEditor : struct, IItemEditor, allows ref struct
    {
        return _editing.Run(key, hash, ref editor, (options & FindOptions.NoBump) == FindOptions.None);
    }

    /// <summary>Stores a value that is all there. The bytes are copied.</summary>
    public StoreResult Store(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request)
    {
        Debug.Assert(hash == Hash(key), "the hash is this store's hash of the key");
        ItemJoin join = default;
        StoreResult result = _writer.Put(key, hash, value, request, ref join);
        while (result.Status == StoreStatus.Unfinished) result = _writer.Continue(ref join, key, value);
        return result;
    }

    /// <summary>
    /// Stores a value that is all there, but for an append or prepend that would take long: that one is only begun.
    /// </summary>
    /// <returns>
    /// <see cref="StoreStatus.Unfinished"/>: the join is to be continued, or abandoned; the spans are needed no more.
    /// </returns>
    public StoreResult Store(ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request,
        out ItemJoin join)
    {
        Debug.Assert(hash == Hash(key), "the hash is this store's hash of the key");
        join = default;
        StoreResult result = _writer.Put(key, hash, value, request, ref join);
        bool isLost = result.Status == StoreStatus.Unfinished && !_writer.TryKeep(ref join, key, value);
        return isLost ? new StoreResult(StoreStatus.NoMemory) : result;
    }

    /// <summary>
    /// Makes a place for a value that is still coming, of 0 bytes or more. Conditions (add, replace, cas ...) are
    /// checked by <c>Commit</c>, as they are then. On failure nothing is held, and the old item is removed if
    /// the request says so (<see cref="StoreRequest.DeleteOnFailure"/>).
    /// </summary>
    public ReserveStatus Reserve(
        ReadOnlySpan<byte> key, ulong hash, int valueLength, in StoreRequest request,
        out ItemReservation reservation)
    {
        RoomClaim room = default;
        ReserveStatus status;
        do status = Reserve(key, hash, valueLength, request, ref room, out reservation);
        while (status == ReserveStatus.Unfinished);
        return status;
    }

    /// <summary>
    /// A full store has less room at hand than it should: a value of more than 8 KiB is better received or copied into
    /// a place that <c>Reserve</c> makes step by step than stored in one call.
    /// </summary>
    public bool IsShortOfRoom => _evictor.IsBehind;

    /// <summary>
    /// Does a part of the work that the place of a long value needs in a full store: some hundred microseconds at most.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="valueLength">Bytes of the value.</param>
    /// <param name="request">How it is to be stored.</param>
    /// <param name="room">What earlier calls have gathered; empty afterwards, unless the answer is Unfinished.</param>
    /// <param name="reservation">The place, if the answer is Reserved.</param>
    /// <returns>Unfinished: call again with the same arguments, or abandon the claim.</returns>
    public ReserveStatus Reserve(ReadOnlySpan<byte> key, ulong hash, int valueLength, in StoreRequest request,
        ref RoomClaim room, out ItemReservation reservation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(valueLength);
        ReserveStatus status = _writer.Reserve(key, hash, valueLength, request, ref room, out PendingRecord record);
        reservation = record.IsHeld ? new ItemReservation(record, hash, request) : default;
        return status;
    }

    /// <summary>
    /// Stores the reserved value, all of it received, as the request of <c>Reserve</c> says; the reservation is
    /// empty afterwards, whatever the answer is.
    /// </summary>
    public StoreResult Commit(ref ItemReservation reservation)
    {
        StoreResult result = Commit(ref reservation, out ItemJoin join);
        while (result.Status == StoreStatus.Unfinished) result = Continue(ref join);
        return result;
    }

    /// <summary>
    /// The same, but for an append or prepend that would take long: that one is only begun.
    /// </summary>
    /// <returns><see cref="StoreStatus.Unfinished"/>: the join is to be continued, or abandoned.</returns>
    public StoreResult Commit(ref ItemReservation reservation, out ItemJoin join)
    {
        PendingRecord record = reservation.Record;
        if (!record.IsHeld || reservation.Received < reservation.ValueLength) ThrowNotReceived();
        StoreRequest request = reservation.Request;
        ulong hash = reservation.Hash;
        reservation = default;
        join = default;
        return _writer.Put(record, hash, request, ref join);
    }

    /// <summary>
    /// Does a part of a long append or prepend: some hundred microseconds. It is stored if the key still has the item
    /// whose value was taken, and begun anew otherwise.
    /// </summary>
    /// <returns>Unfinished: call again, or abandon the join. Otherwise it has ended so, and is none any more.</returns>
    public StoreResult Continue(ref ItemJoin join) => _writer.Continue(
        ref join, ItemHeader.Key(join.Received.Item), ItemHeader.Value(join.Received.Item));

    /// <summary>
    /// Gives the place back; the store is as if it had never been made. Does nothing to an empty one.
    /// </summary>
    public void Abandon(ref ItemReservation reservation)
    {
        PendingRecord record = reservation.Record;
        reservation = default;
        _records.Release(ref record);
    }

    /// <summary>Gives what was gathered back. Does nothing to an empty claim.</summary>
    public void Abandon(ref RoomClaim room) => _evictor.Release(ref room);

    /// <summary>Forgets a join; the item is as it was. Does nothing to none.</summary>
    public void Abandon(ref ItemJoin join) => _writer.Release(ref join);

    /// <summary>
    /// Adds to or subtracts from a decimal number in place; a shorter result is padded with spaces on the right, a
    /// longer one gets a new item. Marks the last access, not the item as fetched.
    /// </summary>
    public ArithmeticResult Arithmetic(ReadOnlySpan<byte> key, ulong hash, in ArithmeticRequest request) =>
        _arithmetic.Run(key, hash, request);

    /// <summary>Gives an item a new expiry (seconds of the clock, 0 never). Marks it as accessed.</summary>
    public FindStatus Touch(ReadOnlySpan<byte> key, ulong hash, uint expiry)
    {
        var toucher = new Toucher { Expiry = expiry };
        return Edit(key, hash, ref toucher);
    }

    /// <summary>Removes an item.</summary>
    public DeleteStatus Delete(ReadOnlySpan<byte> key, ulong hash) => Delete(key, hash, compare: false, 0);

    /// <summary>Removes an item if its CAS token is this one; 0 never matches.</summary>
    public DeleteStatus Delete(ReadOnlySpan<byte> key, ulong hash, ulong compareCas) =>
        Delete(key, hash, compare: true, compareCas);

    /// <summary>
    /// Makes all items invalid that are stored before the clock reaches <paramref name="at"/>: 0, or a second that has
    /// come, is now, and an item stored right afterwards survives. A later call takes the place of one that still
    /// waits. (memcached's <c>flush_all n</c> works one second before n seconds have passed: its callers subtract 1.)
    /// Memory comes back by <see cref="Maintain"/>, or as soon as a store needs it.
    /// </summary>
    /// <param name="at">Second of the store's clock (<see cref="StoreClock.ExpiryOf"/>).</param>
    public void FlushAll(uint at = 0) => _table.Flush(at);

    /// <summary>
    /// Makes all items invalid that are stored until now and whose keys begin with <paramref name="prefix"/>. Takes the
    /// same time however many they are: lookups compare keys with deleted prefixes, up to 64 at a time, until
    /// <see cref="Maintain"/> has passed all items once. Allocates managed memory for the prefix.
    /// </summary>
    /// <param name="prefix">1 to 250 bytes; copied.</param>
    /// <returns>False, and nothing changes, when 64 other prefixes are being deleted.</returns>
    public bool DeletePrefix(ReadOnlySpan<byte> prefix)
    {
        Debug.Assert(prefix.Length is > 0 and <= KeyLengthMax, "the caller checks prefixes");
        return _table.DeletePrefix(prefix);
    }

    /// <summary>
    /// Shows the next items to the reader, at least one while there are any, and about <paramref name="budget"/> at
    /// most. An item that is in the store from the first call to the last is shown exactly once, whatever else changes
    /// and however the index grows; others may be shown or not. Expired and flushed ones are not. The reader must not
    /// keep its thread long and marks nothing.
    /// </summary>
    /// <returns>False when the cursor is at its end.</returns>
    public bool Iterate<TReader>(ref ItemCursor cursor, int budget, ref TReader reader)
        where TReader : struct, IItemReader, allows ref struct
    {
        uint now = _table.Now;
        while (!cursor.IsAtEnd && budget > 0)
        {
            Stripe* stripe = _table.Index.StripeAt(cursor.Stripe);
            uint next;
            SpinGate.Enter(ref stripe->Lock);
            try
            {
                next = HashIndex.PositionBehind(stripe, cursor.Position);
                budget -= 1 + Show(stripe, cursor.Position, next, now, ref reader);
            }
            finally
            {
                SpinGate.Exit(ref stripe->Lock);
            }
            cursor.Position = next;
            if (next == 0) cursor.IsAtEnd = ++cursor.Stripe == _table.Index.StripeCount;
        }
        return !cursor.IsAtEnd;
    }

    /// <summary>
    /// Changes -m while running (<c>cache_memlimit</c>). A lower limit is reached by the following calls of
    /// <see cref="Maintain"/> (or by stores that need memory), by eviction if there must be; memory goes back to the
    /// system.
    /// </summary>
    /// <returns>False, and nothing changes, when it is below <see cref="MemoryLimitMin"/>, or below twice the largest
    /// item.</returns>
    public bool SetMemoryLimit(long bytes)
    {
        SegmentArena arena = _table.Arena;
        long least = Math.Max(2L * _table.ItemSizeMax, _table.Index.Bytes + (long)SegmentsMin * arena.SegmentBytes);
        if (bytes < Math.Max(least, MemoryLimitMin)) return false;
        arena.Account.Limit = bytes;
        return true;
    }

    /// <summary>
    /// What nobody asks for, in one: <see cref="MaintainItems"/>, then <see cref="MaintainMemory"/>. For a store that a
    /// timer looks after, some times a second, and at once again while there is more.
    /// </summary>
    /// <param name="budget">See <see cref="MaintainItems"/>.</param>
    /// <returns>True when there is more to do now.</returns>
    public bool Maintain(int budget)
    {
        bool isMore = MaintainItems(budget);
        return MaintainMemory() || isMore;
    }

    /// <summary>
    /// The part that works with items: applies a flush whose time has come, goes towards a lowered limit, takes expired
    /// and flushed items back, compacts, and lets the index shrink. It takes the locks that stores take, so whoever
    /// stores waits while a thread that was about this has lost its processor: a server's front ends do it themselves,
    /// in slices. Makes no system call, but to map a segment that eviction has lent out.
    /// </summary>
    /// <param name="budget">
    /// About how many items to look at, for each of eviction and expiry, or to place anew in the index (at least those
    /// of a stripe: 1,700 tiny ones); 200 take some 50 microseconds. Copying a KiB counts as another one.
    /// </param>
    /// <returns>True when there is more to do now.</returns>
    public bool MaintainItems(int budget)
    {
        _ = _table.Now;
        if (_shrinking.Step(budget, out bool isMore) <= 0) return true;
        isMore |= _evictor.Maintain(budget);
        isMore |= _expiry.Step(budget);
        _table.NoteEpoch();
        return isMore || _table.Arena.IsOverLimit;
    }

    /// <summary>
    /// The part that asks the system for memory ahead of those who fill it, and gives back what is free. It may take
    /// milliseconds; those who store wait for none of it. By a thread that serves nobody.
    /// </summary>
    /// <returns>True when there is more to do now.</returns>
    public bool MaintainMemory()
    {
        SegmentArena arena = _table.Arena;
        _table.Ghosts.GiveCutBack();
        _ = arena.Trim(PoolKept, TrimmedPerStep);
        for (int slice = 0; slice < SlicesPerStep && arena.HasSurplus; slice++) arena.UnmapSurplus();
        return arena.Prepare(PoolKept) || arena.HasSurplus || arena.PoolCount > PoolKept;
    }

    /// <summary>Sums the counters.</summary>
    public StoreTotals Totals()
    {
        SegmentArena arena = _table.Arena;
        HashIndex index = _table.Index;
        var totals = new StoreTotals
        {
            LimitBytes = arena.Limit,
            MappedBytes = arena.Mapped,
            KeptBytes = arena.KeptBytes,
            HashPowerLevel = index.HashPower,
            HashBytes = index.Bytes,
            SegmentBytes = arena.SegmentBytes,
            SegmentsFree = arena.PoolCount,
            SegmentsLeased = arena.Counts.Shared(SegmentState.Leased) + arena.Counts.Dedicated(SegmentState.Leased),
            SegmentsEmptied = _evictor.Passes,
            SegmentsSwept = _expiry.Segments,
            SweptRecords = _expiry.Records,
            SweptBytes = _expiry.Bytes,
            SegmentsCompacted = _compactor.Segments,
            CompactedBytes = _compactor.CopiedBytes,
            TimedLanes = _timedLanes.OpenCount,
            SegmentDemands = _evictor.Demands,
            PrefixesInProgress = _table.PrefixRules,
            GhostHits = _table.Ghosts.Hits,
            GhostBytes = _table.Ghosts.Bytes,
        };
        for (int sizeClass = 1; sizeClass <= SizeClasses.Count; sizeClass++)
        {
            SizeClassTotals sum = _table.Counters.Sum(sizeClass);
            totals.CurrentItems += sum.Number;
            totals.Bytes += sum.MemRequested;
            totals.Evictions += sum.Evicted;
            totals.EvictedUnfetched += sum.EvictedUnfetched;
            totals.EvictedActive += sum.EvictedActive;
            totals.MovesToWarm += sum.MovesToWarm;
            totals.MovesWithinLru += sum.MovesWithinLru;
            totals.Reclaimed += sum.Reclaimed;
            totals.ExpiredUnfetched += sum.ExpiredUnfetched;
            totals.CrawlerReclaimed += sum.CrawlerReclaimed;
            totals.CrawlerItemsChecked += sum.CrawlerItemsChecked;
            totals.OutOfMemory += sum.OutOfMemory;
        }
        totals.TotalItems = index.Stored;
        totals.Segments = arena.Counts.Mapped;
        uint now = _table.Now;
        SegmentSurvey survey = arena.Survey();
        totals.OldestAge = now - (survey.BegunAt ?? now);
        totals.ExpiredBytes = Expiry.BytesDue(arena, now);
        totals.DeadBytes = Math.Max(survey.UsedBytes - totals.Bytes, 0);
        return totals;
    }

    /// <summary>Which segments are in which state and queue.</summary>
    public SegmentUses CountUses() => SegmentUses.Of(_table.Arena);

    /// <summary>Sums the counters of one of memcached's size classes, 1 to <see cref="SizeClasses.Count"/>.</summary>
    public SizeClassTotals ClassTotals(int sizeClass) => _table.Counters.Sum(sizeClass);

    /// <summary><c>stats reset</c>: cumulative counters begin at 0 again; numbers of what is there stay.</summary>
    public void ResetTotals()
    {
        _table.Counters.Reset();
        _table.Index.ResetStored();
    }

    /// <summary>
    /// Unmaps everything but what leases still keep, which goes with their release. Nobody may use the store any more.
    /// </summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _table.Dispose();
    }

    private DeleteStatus Delete(ReadOnlySpan<byte> key, ulong hash, bool compare, ulong compareCas)
    {
        uint now = _table.Now;
        DeleteStatus status = DeleteStatus.NotFound;
        Stripe* stripe = _table.Index.StripeOf(hash);
        SpinGate.Enter(ref stripe->Lock);
        ulong* slot = _table.FindValid(stripe, hash, key, now, out _);
        if (slot != null)
        {
            bool isOther = compare && (compareCas == 0 || _table.CasOf(Slot.ItemOf(*slot)) != compareCas);
            status = isOther ? DeleteStatus.Exists : DeleteStatus.Deleted;
            if (!isOther) _table.Remove(stripe, slot);
        }
        SpinGate.Exit(ref stripe->Lock);
        _table.Arena.UnmapSurplus();
        return status;
    }

    // The items of one bucket's positions, which may stand in the next buckets.
    private int Show<TReader>(Stripe* stripe, uint position, uint next, uint now, ref TReader reader)
        where TReader : struct, IItemReader, allows ref struct
    {
        int shown = 0;
        int home = (int)((ulong)position * (uint)stripe->Buckets >> 32);
        _ = Bucket.Matches(HashIndex.BucketAt(stripe, home), 0, out uint reach);
        for (int distance = 0; distance <= reach; distance++)
        {
            Bucket* bucket = HashIndex.BucketBehind(stripe, home, distance);
            for (int index = 0; index < Bucket.SlotCount; index++)
            {
                ulong* slot = bucket->Slots + index;
                if (Slot.IsEmpty(*slot)) continue;
                ItemHeader* item = Slot.ItemOf(*slot);
                uint place = HashIndex.PositionOf(_table.Index.HashOf(item));
                // The last bucket ends at 2^32, which is 0 here.
                if (place < position || place > next - 1 || _table.StatusOf(item, now) != FindStatus.Hit) continue;
                var notes = default(ItemNotes);
                reader.Read(new ItemView(*slot, _table, ref notes));
                if (notes.AccessSeen) _table.TrackAccess();
                if (notes.CasSeen) Interlocked.Or(ref *slot, Slot.CasSeen);
                shown++;
            }
        }
        return shown;
    }

    private static ulong RandomSeed()
    {
        ulong seed = 0;
        RandomNumberGenerator.Fill(new Span<byte>(&seed, sizeof(ulong)));
        return seed;
    }

    [DoesNotReturn]
    private static void ThrowNotReceived() =>
        throw new InvalidOperationException("only a reservation whose value was received can be committed");

    private struct Toucher : IItemEditor
    {
        public uint Expiry;

        public readonly EditOutcome Edit(scoped ItemEdit item)
        {
            item.Expiry = Expiry;
            return EditOutcome.Keep;
        }
    }
}
