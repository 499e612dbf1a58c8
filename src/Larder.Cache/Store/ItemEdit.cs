using System.Diagnostics;

namespace Larder.Cache.Store;

/// <summary>
/// An item that is being edited: readable as an <see cref="ItemView"/>, with metadata that can be changed. Valid only
/// inside <see cref="IItemEditor.Edit"/>.
/// </summary>
public readonly unsafe ref struct ItemEdit
{
    private readonly ItemHeader* _item;
    private readonly ItemTable _table;

    internal ItemEdit(ItemHeader* item, ItemTable table)
    {
        Debug.Assert(item != null, "an edit has an item");
        _item = item;
        _table = table;
    }

    /// <summary>The item as it is now.</summary>
    public ItemView View => new(_item, _table);

    /// <summary>
    /// When it ends, in seconds of the store's clock; 0 is never. A time that is over already leaves an item that the
    /// next lookup finds expired.
    /// </summary>
    public uint Expiry
    {
        get => _item->Expiry;
        set
        {
            _item->Expiry = value;
            _table.Arena.SegmentOf(_item).NoteExpiry(value);
        }
    }

    /// <summary>The client's 32 bits.</summary>
    public uint ClientFlags
    {
        get => _item->ClientFlags;
        set => _table.SetClientFlags(_item, value);
    }

    /// <summary>It is to be recached (meta answer X).</summary>
    public bool IsStale
    {
        get => _item->Has(ItemState.Stale);
        set => Mark(ItemState.Stale, value);
    }

    /// <summary>Somebody was told to recache it (meta answer W, then Z).</summary>
    public bool IsWon
    {
        get => _item->Has(ItemState.Won);
        set => Mark(ItemState.Won, value);
    }

    /// <summary>Gives the item a new CAS token and returns it.</summary>
    /// <param name="explicitCas">The token to take (meta flag E), or 0 for the store's next.</param>
    public ulong RenewCas(ulong explicitCas = 0) => _item->Cas = _table.TakeCas(explicitCas);

    /// <summary>Makes the value empty and the client flags 0 (<c>md</c> with x).</summary>
    public void Clear() => _table.Empty(_item);

    private void Mark(ItemState bit, bool value) =>
        _item->State = value ? _item->State | bit : _item->State & ~bit;
}
