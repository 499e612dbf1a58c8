namespace Larder.Cache.Store;

/// <summary>
/// The items of a cache, off the managed heap: found by key, evicted when memory runs out, expired by the clock, and
/// counted. All methods may be called by any thread at any time; none blocks on anything but another thread that
/// works nearby, and none allocates managed memory. Keys are 1 to 250 bytes; the caller checks that.
/// </summary>
/// <remarks>
/// Callers hash a key once with <see cref="Hash"/> and hand the hash to every method. For a batch of keys: hash all and
/// <see cref="Prefetch"/> all, then look each up. Expiry times are seconds of the <see cref="StoreClock"/>, made by
/// <see cref="StoreClock.ExpiryOf"/>.
/// </remarks>
public sealed unsafe class ItemStore : IDisposable
{
    /// <summary>The longest key in bytes (memcached's KEY_MAX_LENGTH).</summary>
    public const int KeyLengthMax = 250;

    private readonly StoreClock _clock;         // owner: immutable

    /// <summary>Maps the index and the first segments.</summary>
    /// <param name="options">Limits and switches; read once.</param>
    /// <param name="clock">The time; not owned, advanced by somebody else.</param>
    /// <exception cref="ArgumentOutOfRangeException">The memory limit is below <see cref="MemoryLimitMin"/>, or
    /// ItemSizeMax is below 1024 or above half of the memory.</exception>
    /// <exception cref="OutOfMemoryException">The system gives no memory for the index.</exception>
    public ItemStore(ItemStoreOptions options, StoreClock clock)
    {
        _clock = clock;
        Classes = new SizeClasses(options.CasEnabled);
        Arena = new SegmentArena(Classes);
    }

    /// <summary>The smallest memory limit of a store in bytes.</summary>
    public const long MemoryLimitMin = 1 << 20;

    /// <summary>The store's clock.</summary>
    public StoreClock Clock => _clock;

    /// <summary>The names of size classes that the store counts under.</summary>
    public SizeClasses Classes { get; }

    /// <summary>The current memory limit in bytes.</summary>
    public long MemoryLimitBytes => throw new NotSupportedException();

    internal SegmentArena Arena { get; }

    /// <summary>The hash of a key in this store, by a seed that nobody outside knows.</summary>
    public ulong Hash(ReadOnlySpan<byte> key) => throw new NotSupportedException();

    /// <summary>Asks the processor for the index line of a hash, so that a lookup soon after does not wait.</summary>
    public void Prefetch(ulong hash) => throw new NotSupportedException();

    /// <summary>
    /// Second stage for batches, after <see cref="Prefetch"/> of all keys: asks for the first lines of the items that
    /// the hash may belong to. A hint: it changes nothing and may find nothing.
    /// </summary>
    public void PrefetchItem(ulong hash) => throw new NotSupportedException();

    /// <summary>Looks a key up and shows its item to the reader.</summary>
    public FindStatus Find<TReader>(
        ReadOnlySpan<byte> key, ulong hash, ref TReader reader, FindOptions options = FindOptions.None)
        where TReader : struct, IItemReader, allows ref struct => throw new NotSupportedException();

    /// <summary>
    /// Looks a key up and lets the editor change its metadata (touch, gat, mg with T, R or N, md with I, me). The value
    /// stays as it is, or becomes empty.
    /// </summary>
    public FindStatus Edit<TEditor>(
        ReadOnlySpan<byte> key, ulong hash, ref TEditor editor, FindOptions options = FindOptions.None)
        where TEditor : struct, IItemEditor, allows ref struct => throw new NotSupportedException();

    /// <summary>Stores a value that is all there. The bytes are copied.</summary>
    public StoreResult Store(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, in StoreRequest request) =>
        throw new NotSupportedException();

    /// <summary>
    /// Makes a place for a value that is still coming, of 0 bytes or more. Conditions (add, replace, cas ...) are
    /// checked by <see cref="Commit"/>, as they are then. On failure nothing is held, and the old item is removed if
    /// the request says so (<see cref="StoreRequest.DeleteOnFailure"/>).
    /// </summary>
    public ReserveStatus Reserve(
        ReadOnlySpan<byte> key, ulong hash, int valueLength, in StoreRequest request,
        out ItemReservation reservation) => throw new NotSupportedException();

    /// <summary>
    /// Stores the reserved value, all of it received, as the request of <see cref="Reserve"/> says; the reservation is
    /// empty afterwards, whatever the answer is.
    /// </summary>
    public StoreResult Commit(ref ItemReservation reservation) => throw new NotSupportedException();

    /// <summary>Gives the place back; the store is as if it had never been made. Does nothing to an empty one.</summary>
    public void Abandon(ref ItemReservation reservation) => throw new NotSupportedException();

    /// <summary>
    /// Adds to or subtracts from a decimal number in place; a shorter result is padded with spaces on the right, a
    /// longer one gets a new item. Marks the last access, not the item as fetched.
    /// </summary>
    public ArithmeticResult Arithmetic(ReadOnlySpan<byte> key, ulong hash, in ArithmeticRequest request) =>
        throw new NotSupportedException();

    /// <summary>Gives an item a new expiry (seconds of the clock, 0 never). Marks it as accessed.</summary>
    public FindStatus Touch(ReadOnlySpan<byte> key, ulong hash, uint expiry) => throw new NotSupportedException();

    /// <summary>Removes an item.</summary>
    public DeleteStatus Delete(ReadOnlySpan<byte> key, ulong hash) => throw new NotSupportedException();

    /// <summary>Removes an item if its CAS token is this one; 0 never matches.</summary>
    public DeleteStatus Delete(ReadOnlySpan<byte> key, ulong hash, ulong compareCas) =>
        throw new NotSupportedException();

    /// <summary>
    /// Makes all items invalid that are stored before the clock reaches <paramref name="at"/>: 0, or a second that has
    /// come, is now, and an item stored right afterwards survives. A later call takes the place of one that still
    /// waits. Memory comes back by <see cref="Maintain"/>, or as soon as a store needs it.
    /// </summary>
    /// <param name="at">Second of the store's clock (<see cref="StoreClock.ExpiryOf"/>).</param>
    public void FlushAll(uint at = 0) => throw new NotSupportedException();

    /// <summary>
    /// Shows the next items to the reader, at least one while there are any, and about <paramref name="budget"/> at
    /// most. An item that is in the store from the first call to the last is shown exactly once, whatever else changes
    /// and however the index grows; others may be shown or not. Expired and flushed ones are not. The reader must not
    /// keep its thread long and marks nothing.
    /// </summary>
    /// <returns>False when the cursor is at its end.</returns>
    public bool Iterate<TReader>(ref ItemCursor cursor, int budget, ref TReader reader)
        where TReader : struct, IItemReader, allows ref struct => throw new NotSupportedException();

    /// <summary>
    /// Changes -m while running (<c>cache_memlimit</c>). A lower limit is reached by the following calls of
    /// <see cref="Maintain"/> (or by stores that need memory), by eviction if there must be; memory goes back to the
    /// system.
    /// </summary>
    /// <returns>False, and nothing changes, when it is below <see cref="MemoryLimitMin"/>, or below twice the largest
    /// item.</returns>
    public bool SetMemoryLimit(long bytes) => throw new NotSupportedException();

    /// <summary>
    /// The background step: applies a flush whose time has come, moves the index on, takes the memory of expired and
    /// flushed items back, gives unused memory to the system. Called by a timer of the server, some times a second.
    /// </summary>
    /// <param name="budget">About how many items to look at; some 1,000 take about 100 microseconds.</param>
    /// <returns>True when there is more to do now.</returns>
    public bool Maintain(int budget) => throw new NotSupportedException();

    /// <summary>Sums the counters.</summary>
    public StoreTotals Totals() => throw new NotSupportedException();

    /// <summary>Sums the counters of one of memcached's size classes, 1 to <see cref="SizeClasses.Count"/>.</summary>
    public SizeClassTotals ClassTotals(int sizeClass) => throw new NotSupportedException();

    /// <summary><c>stats reset</c>: cumulative counters begin at 0 again; numbers of what is there stay.</summary>
    public void ResetTotals() => throw new NotSupportedException();

    /// <summary>
    /// Unmaps everything but what leases still keep, which goes with their release. Nobody may use the store any more.
    /// </summary>
    public void Dispose()
    {
    }

    internal ulong TakeCas(ulong explicitCas) => throw new NotSupportedException();

    internal void Empty(ItemHeader* item) => throw new NotSupportedException();

    internal void SetClientFlags(ItemHeader* item, uint value) => throw new NotSupportedException();
}
