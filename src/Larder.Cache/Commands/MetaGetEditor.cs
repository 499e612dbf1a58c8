using Larder.Cache.Store;
using Larder.Protocol.Meta;

namespace Larder.Cache.Commands;

/// <summary>
/// An mg that may change its item: T gives it a time, N one to an item just made, R and staleness a winner.
/// </summary>
internal ref struct MetaGetEditor : IItemEditor
{
    private readonly MetaFlags _flags;
    private readonly int _exptime;
    private readonly int _recacheTtl;
    private readonly StoreClock _clock;
    private readonly bool _created;
    private MetaGetReader _reader;

    public MetaGetEditor(MetaGetReader reader, scoped in MetaRequest request, StoreClock clock, bool created)
    {
        _reader = reader;
        _flags = request.Flags;
        _exptime = request.Exptime;
        _recacheTtl = request.RecacheTtl;
        _clock = clock;
        _created = created;
    }

    /// <inheritdoc/>
    public EditOutcome Edit(scoped ItemEdit item)
    {
        uint oldExpiry = item.Expiry;
        bool wins = _created
            || (!item.IsWon && (item.IsStale || (Has(MetaFlags.Recache) && IsNearItsEnd(oldExpiry))));
        if (Has(MetaFlags.Ttl))
        {
            item.Expiry = _clock.ExpiryOf(_exptime);
        }
        if (wins)
        {
            item.IsWon = true;
        }
        _reader.Copy(item.View, oldExpiry, wins);
        return EditOutcome.Keep;
    }

    /// <summary>After a hit: what was read becomes part of the reply.</summary>
    public readonly void Append() => _reader.Append();

    private readonly bool Has(MetaFlags flags) => (_flags & flags) != MetaFlags.None;

    private readonly bool IsNearItsEnd(uint expiry)
        => expiry != 0 && expiry < _clock.ExpiryOf(_recacheTtl);
}
