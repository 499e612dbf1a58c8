using Larder.Cache.Store;

namespace Larder.Cache.Commands;

/// <summary>touch, gat and gatk: gives the item a new expiry and copies it into the reply.</summary>
internal ref struct BinaryValueEditor(BinaryValueReader reader, uint expiry) : IItemEditor
{
    private BinaryValueReader _reader = reader;
    private readonly uint _expiry = expiry;

    /// <inheritdoc/>
    public EditOutcome Edit(scoped ItemEdit item)
    {
        item.Expiry = _expiry;
        _reader.Read(item.View);
        return EditOutcome.Keep;
    }

    /// <summary>After a hit: what was read becomes part of the reply.</summary>
    public readonly void Append() => _reader.Append();
}
