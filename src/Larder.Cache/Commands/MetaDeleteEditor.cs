using Larder.Cache.Store;
using Larder.Protocol.Meta;

namespace Larder.Cache.Commands;

/// <summary>md with I or x: the item stays, stale or empty, under a new token.</summary>
internal ref struct MetaDeleteEditor : IItemEditor
{
    private readonly MetaRequest _request;
    private readonly StoreClock _clock;

    public MetaDeleteEditor(scoped in MetaRequest request, StoreClock clock)
    {
        _request = request;
        _clock = clock;
    }

    /// <summary>The token did not match; nothing was changed.</summary>
    public bool Mismatched { get; private set; }

    /// <inheritdoc/>
    public EditOutcome Edit(scoped ItemEdit item)
    {
        if (_request.Has(MetaFlags.CompareCas) && item.View.Cas != _request.CompareCas)
        {
            Mismatched = true;
            return EditOutcome.Keep;
        }
        if (_request.Has(MetaFlags.ClearValue))
        {
            item.Clear();
        }
        if (_request.Has(MetaFlags.Invalidate))
        {
            item.IsStale = true;
            item.IsWon = false;
            if (_request.Has(MetaFlags.Ttl))
            {
                item.Expiry = _clock.ExpiryOf(_request.Exptime);
            }
        }
        item.RenewCas(_request.Has(MetaFlags.NewCas) ? _request.NewCas : 0);
        return EditOutcome.Keep;
    }
}
