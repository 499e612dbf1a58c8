namespace Larder.Cache.Store;

/// <summary>
/// Gives the memory of a sparse index back: the background step lets stripes shrink, and moves the pages of the
/// emptiest segment elsewhere when a whole segment can be saved. One thread at a time, others return at once.
/// </summary>
internal sealed unsafe class IndexShrinking(ItemTable table)
{
    /// <summary>Stripes that are looked at in one step: some 10 ns each.</summary>
    private const int LooksMax = 256;

    /// <summary>Moving a page costs about as much as looking at so many items.</summary>
    private const int ItemsOfPage = 4;

    private int _gate;
    private int _at;                // owner: _gate; the stripe that is looked at next
    private bool _rests;            // owner: _gate; the last step has used up its budget

    /// <summary>
    /// Looks at some stripes. Placing the items of one anew may take several budgets; the next step leaves its own to
    /// others then.
    /// </summary>
    /// <param name="budget">About how many items to place anew, or as much work with pages.</param>
    /// <param name="isMore">There is more to do now.</param>
    /// <returns>What is left of the budget; 0 or less when it is used up.</returns>
    public int Step(int budget, out bool isMore)
    {
        isMore = false;
        if (!SpinGate.TryEnter(ref _gate)) return budget;
        int left = budget;
        if (_rests) isMore = true;
        else left = Work(budget, out isMore);
        _rests = left <= 0;
        SpinGate.Exit(ref _gate);
        return left;
    }

    private int Work(int budget, out bool isMore)
    {
        HashIndex index = table.Index;
        int left = budget;
        isMore = false;
        for (int looks = Math.Min(LooksMax, index.StripeCount); looks > 0 && left > 0; looks--)
        {
            Stripe* stripe = index.StripeAt(_at);
            _at = (_at + 1) % index.StripeCount;
            if (!HashIndex.IsSparse(stripe)) continue;
            SpinGate.Enter(ref stripe->Lock);
            left -= stripe->Items + ItemsOfPage;
            index.Shrink(stripe);
            SpinGate.Exit(ref stripe->Lock);
            isMore = true;
        }
        if (left > 0 && index.Pages.HasSurplus) isMore |= Drain(index, ref left);
        return left;
    }

    // What a step does not reach is left to the next: the emptiest segment then is the same one.
    private static bool Drain(HashIndex index, ref int left)
    {
        if (index.Pages.BeginDrain() is not { } segment) return false;
        int at = 0;
        bool isMoving = true;
        byte* page = null;
        for (; isMoving && left > 0; left -= ItemsOfPage)
        {
            page = index.Pages.NextOwned(segment, ref at, out int owner);
            if (page == null) break;
            isMoving = index.MovePage(owner, page);
            at++;
        }
        index.Pages.EndDrain();
        return isMoving;
    }
}
