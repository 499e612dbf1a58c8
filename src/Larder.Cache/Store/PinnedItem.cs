namespace Larder.Cache.Store;

/// <summary>
/// An item whose segment is kept although it may leave the index: its address is not given to another item, and its
/// bytes stay. The default value is none.
/// </summary>
internal readonly unsafe struct PinnedItem
{
    private readonly Segment? _segment;
    private readonly byte* _value;
    private readonly int _valueLength;

    /// <summary>Pins an item. Under its stripe's lock.</summary>
    public PinnedItem(ItemHeader* item, Segment segment)
    {
        segment.Pin();
        _segment = segment;
        Item = item;
        _value = ItemHeader.KeyStart(item) + item->KeyLength;
        _valueLength = ItemHeader.ValueLength(item);
    }

    public ItemHeader* Item { get; }

    /// <summary>The value as it was when the item was pinned.</summary>
    public ReadOnlySpan<byte> Value => new(_value, _valueLength);

    /// <summary>Lets go. Without locks.</summary>
    public void Unpin() => _segment?.Unpin();
}
