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

    /// <summary>Looks at some stripes.</summary>
    /// <param name="budget">About how many items to place anew, or as much work with pages.</param>
    /// <returns>True when there is more to do now.</returns>
    public bool Step(int budget)
    {
        if (!SpinGate.TryEnter(ref _gate)) return false;
        HashIndex index = table.Index;
        int left = budget;
        bool isMore = false;
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
        if (left > 0 && index.Pages.HasSurplus) isMore |= Drain(index, left);
        SpinGate.Exit(ref _gate);
        return isMore;
    }

    // What a step does not reach is left to the next: the emptiest segment then is the same one.
    private static bool Drain(HashIndex index, int budget)
    {
        if (index.Pages.BeginDrain() is not { } segment) return false;
        int at = 0;
        bool isMoving = true;
        byte* page = null;
        for (int left = budget; isMoving && left > 0; left -= ItemsOfPage)
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
