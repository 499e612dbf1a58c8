using System.Diagnostics;
using System.Runtime.CompilerServices;
using Larder.Events.Buffers;

namespace Larder.Cache.Store;

/// <summary>
/// An item as a reader sees it, before this access marked it. Valid only inside <see cref="IItemReader.Read"/> or
/// <see cref="IItemEditor.Edit"/>; the store owns all bytes.
/// </summary>
public readonly unsafe ref struct ItemView
{
    private readonly ItemHeader* _item;
    private readonly ItemTable _table;
    private readonly ulong _slot;
    private readonly ItemState _state;
    private readonly uint _lengths;
    private readonly ref ItemNotes _notes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ItemView(ulong slot, ItemTable table, ref ItemNotes notes)
    {
        _item = Slot.ItemOf(slot);
        Debug.Assert(_item != null, "a view has an item");
        _table = table;
        _slot = slot;
        _state = notes.IsEdited ? notes.State : _item->State;
        _lengths = _item->Lengths;
        _notes = ref notes;
    }

    // State and lengths were read once and found right: without a lock, all that is read later may be of another item,
    // but lies inside of the segment.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ItemView(ulong slot, ItemState state, uint lengths, ItemTable table, ref ItemNotes notes)
    {
        _item = Slot.ItemOf(slot);
        _table = table;
        _slot = slot;
        _state = state;
        _lengths = lengths;
        _notes = ref notes;
    }

    /// <summary>The key, 1 to 250 bytes, decoded if it came as base64.</summary>
    public ReadOnlySpan<byte> Key => new(ItemHeader.KeyStart(_item, _state), KeyLength);

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(ItemHeader.KeyStart(_item, _state) + KeyLength, ValueLength);
    }

    /// <summary>Bytes of the value.</summary>
    public int ValueLength => (_state & ItemState.Emptied) != 0 ? 0 : ItemHeader.StoredLength(_item, _lengths);

    /// <summary>The client's 32 bits.</summary>
    public uint ClientFlags => _notes.IsEdited ? _notes.ClientFlags : ItemHeader.ClientFlags(_item, _state);

    /// <summary>
    /// The CAS token; 0 when the store has none (-C). It stays until the value changes, for which an item that was
    /// asked for it once may pay 8 bytes.
    /// </summary>
    public ulong Cas
    {
        get
        {
            _notes.CasSeen = true;
            return _notes.Cas != 0 ? _notes.Cas : _table.CasOf(_item, _state);
        }
    }

    /// <summary>When it ends, in seconds of the store's clock; 0 is never. Time left is this minus the clock.</summary>
    public uint Expiry => _notes.IsEdited ? _notes.Expiry : ItemHeader.Expiry(_item, _state);

    /// <summary>
    /// Last access before this one (or storing), in seconds of the store's clock. A store where nobody has asked before
    /// does not know of accesses, and answers when the item was stored.
    /// </summary>
    public uint LastAccess
    {
        get
        {
            _notes.AccessSeen = true;
            return ItemHeader.LastAccess(_item, _table.Arena.HeaderOf(_item)->BegunAt);
        }
    }

    /// <summary>It was read before this access (meta flag h).</summary>
    public bool IsFetched => (_slot & Slot.Fetched) != 0;

    /// <summary>It was invalidated and is to be recached (meta answer X).</summary>
    public bool IsStale => (_state & ItemState.Stale) != 0;

    /// <summary>Somebody was already told to recache it (meta answer Z).</summary>
    public bool IsWon => (_state & ItemState.Won) != 0;

    /// <summary>The key was sent as base64.</summary>
    public bool IsKeyBinary => (_state & ItemState.KeyBinary) != 0;

    /// <summary>memcached's size class that the item would be in, 1 to 39.</summary>
    public int SizeClass => _table.Classes.ClassOf(KeyLength, ValueLength, ClientFlags);

    /// <summary>
    /// The item's size as memcached counts it (<c>me</c>, <c>lru_crawler metadump</c>, item_get log lines).
    /// </summary>
    public long VirtualSize => _table.Classes.VirtualSize(KeyLength, ValueLength, ClientFlags);

    /// <summary>Bytes of the item in the store.</summary>
    internal long RecordSize =>
        ItemHeader.RecordSize(KeyLength, ItemHeader.StoredLength(_item, _lengths), _state);

    private int KeyLength => (byte)_lengths;

    /// <summary>
    /// Lends the value where it lies, so that it can be sent after the lookup has ended: it stays unchanged until the
    /// lease is released, even if the item is replaced, evicted or flushed meanwhile. Each lease is released exactly
    /// once, on any thread. It keeps the memory of the item's whole segment, so take it for large values (some 16 KiB
    /// and more) and copy small ones.
    /// </summary>
    public ByteLease Lease()
    {
        if (_notes.IsWithoutLock)
        {
            // The lookup runs the reader again, and then the segment can be pinned.
            _notes.WantsLock = true;
            return default;
        }
        Segment segment = _table.Arena.SegmentOf(_item);
        segment.Pin();
        return new ByteLease(ItemHeader.KeyStart(_item, _state) + KeyLength, ValueLength, segment, 0);
    }
}
