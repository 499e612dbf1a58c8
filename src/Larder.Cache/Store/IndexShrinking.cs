namespace Larder.Cache.Store;

/// <summary>
/// Gives the memory of a sparse index back: the background step lets stripes shrink, and moves the pages of the
/// emptiest segment elsewhere when a whole segment can be saved. One thread at a time, others return at once.
/// </summary>
internal sealed unsafe class IndexShrinking(ItemTable table)
{
    /// <summary>A look at a stripe that has nothing to give costs as much as this part of a look at an item.</summary>
    private const int LooksOfItem = 4;

    private int _gate;
    private int _at;                // owner: _gate; the stripe that is looked at next

    /// <summary>Looks at some stripes.</summary>
    /// <returns>True when there is more to do now.</returns>
    public bool Step(int budget)
    {
        if (!SpinGate.TryEnter(ref _gate)) return false;
        HashIndex index = table.Index;
        int count = Math.Clamp(budget / LooksOfItem, 1, index.StripeCount);
        bool isMore = false;
        for (; count > 0; count--)
        {
            Stripe* stripe = index.StripeAt(_at);
            _at = (_at + 1) % index.StripeCount;
            if (!HashIndex.IsSparse(stripe)) continue;
            SpinGate.Enter(ref stripe->Lock);
            index.Shrink(stripe);
            SpinGate.Exit(ref stripe->Lock);
            isMore = true;
        }
        if (index.Pages.HasSurplus) isMore |= Drain(index);
        SpinGate.Exit(ref _gate);
        return isMore;
    }

    private static bool Drain(HashIndex index)
    {
        if (index.Pages.BeginDrain() is not { } segment) return false;
        int at = 0;
        bool isMoving = true;
        byte* page;
        while (isMoving && (page = index.Pages.NextOwned(segment, ref at, out int owner)) != null)
        {
            isMoving = index.MovePage(owner, page);
            at++;
        }
        index.Pages.EndDrain();
        return isMoving;
    }
}
