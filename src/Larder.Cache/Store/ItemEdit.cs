namespace Larder.Cache.Store;

/// <summary>
/// An item that is being edited: readable as an <see cref="ItemView"/>, with metadata that can be changed. Valid only
/// inside <see cref="IItemEditor.Edit"/>.
/// </summary>
public readonly ref struct ItemEdit
{
    private readonly ulong _slot;
    private readonly ItemTable _table;
    private readonly ref ItemNotes _notes;

    internal ItemEdit(ulong slot, ItemTable table, ref ItemNotes notes)
    {
        _slot = slot;
        _table = table;
        _notes = ref notes;
    }

    /// <summary>The item as it is now, with what was changed.</summary>
    public ItemView View => new(_slot, _table, ref _notes);

    /// <summary>
    /// When it ends, in seconds of the store's clock; 0 is never. A time that is over already leaves an item that the
    /// next lookup finds expired.
    /// </summary>
    public uint Expiry
    {
        get => _notes.Expiry;
        set => _notes.Expiry = value;
    }

    /// <summary>The client's 32 bits.</summary>
    public uint ClientFlags
    {
        get => _notes.ClientFlags;
        set => _notes.ClientFlags = value;
    }

    /// <summary>It is to be recached (meta answer X).</summary>
    public bool IsStale
    {
        get => View.IsStale;
        set => Mark(ItemState.Stale, value);
    }

    /// <summary>Somebody was told to recache it (meta answer W, then Z).</summary>
    public bool IsWon
    {
        get => View.IsWon;
        set => Mark(ItemState.Won, value);
    }

    /// <summary>Gives the item a new CAS token.</summary>
    /// <param name="explicitCas">The token to take (meta flag E), or 0 for the store's next.</param>
    public void RenewCas(ulong explicitCas = 0) => _notes.Cas = _table.TakeCas(explicitCas);

    /// <summary>Makes the value empty and the client flags 0 (<c>md</c> with x).</summary>
    public void Clear()
    {
        _notes.State |= ItemState.Emptied;
        _notes.ClientFlags = 0;
    }

    private void Mark(ItemState bit, bool value) => _notes.State = value ? _notes.State | bit : _notes.State & ~bit;
}
