using System.Diagnostics;
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

    internal ItemView(ItemHeader* item, ItemTable table)
    {
        Debug.Assert(item != null, "a view has an item");
        _item = item;
        _table = table;
    }

    /// <summary>The key, 1 to 250 bytes, decoded if it came as base64.</summary>
    public ReadOnlySpan<byte> Key => ItemHeader.Key(_item);

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Value => ItemHeader.Value(_item);

    /// <summary>The value followed by CR LF, as it goes onto a text or meta wire.</summary>
    public ReadOnlySpan<byte> WireValue => ItemHeader.WireValue(_item);

    /// <summary>Bytes of the value.</summary>
    public int ValueLength => ItemHeader.WireValue(_item).Length - ItemHeader.TerminatorSize;

    /// <summary>The client's 32 bits.</summary>
    public uint ClientFlags => _item->ClientFlags;

    /// <summary>The CAS token; 0 when the store has none (-C).</summary>
    public ulong Cas => _item->Cas;

    /// <summary>When it ends, in seconds of the store's clock; 0 is never. Time left is this minus the clock.</summary>
    public uint Expiry => _item->Expiry;

    /// <summary>Last access before this one (or storing), in seconds of the store's clock.</summary>
    public uint LastAccess => _item->LastAccess;

    /// <summary>It was read before this access (meta flag h).</summary>
    public bool IsFetched => _item->Has(ItemState.Fetched);

    /// <summary>It was invalidated and is to be recached (meta answer X).</summary>
    public bool IsStale => _item->Has(ItemState.Stale);

    /// <summary>Somebody was already told to recache it (meta answer Z).</summary>
    public bool IsWon => _item->Has(ItemState.Won);

    /// <summary>The key was sent as base64.</summary>
    public bool IsKeyBinary => _item->Has(ItemState.KeyBinary);

    /// <summary>memcached's size class that the item would be in, 1 to 39.</summary>
    public int SizeClass => _table.Classes.ClassOf(_item->KeyLength, ValueLength, _item->ClientFlags);

    /// <summary>
    /// The item's size as memcached counts it (<c>me</c>, <c>lru_crawler metadump</c>, item_get log lines).
    /// </summary>
    public long VirtualSize => _table.Classes.VirtualSize(_item->KeyLength, ValueLength, _item->ClientFlags);

    /// <summary>
    /// Lends the value where it lies, so that it can be sent after the lookup has ended: it stays unchanged until the
    /// lease is released, even if the item is replaced, evicted or flushed meanwhile. Each lease is released exactly
    /// once, on any thread. It keeps the memory of the item's whole segment, so take it for large values (some 16 KiB
    /// and more) and copy small ones.
    /// </summary>
    /// <param name="withTerminator">Lend <see cref="WireValue"/> instead of <see cref="Value"/>.</param>
    public ByteLease Lease(bool withTerminator)
    {
        Span<byte> wire = ItemHeader.WireValue(_item);
        int length = withTerminator ? wire.Length : wire.Length - ItemHeader.TerminatorSize;
        Segment segment = _table.Arena.SegmentOf(_item);
        segment.Pin();
        byte* start = (byte*)_item + ItemHeader.Size + _item->KeyLength + (int)_item->StoredLength
            + ItemHeader.TerminatorSize - wire.Length;
        return new ByteLease(start, length, segment, 0);
    }
}
