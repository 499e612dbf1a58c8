using Larder.Cache.Store;

namespace Larder.Cache.Commands;

/// <summary>gat and gats: gives the item a new expiry and copies it into the reply.</summary>
internal ref struct ClassicValueEditor(ClassicValueReader reader, uint expiry) : IItemEditor
{
    private ClassicValueReader _reader = reader;
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
