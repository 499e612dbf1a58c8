namespace Larder.Cache.Store;

/// <summary>
/// Finds the bytes for a larger index, little by little: when memory is full, each step evicts at most some segments,
/// and what it frees is reserved at once so that no item takes it. One thread at a time, the others go on without.
/// </summary>
internal sealed class IndexGrowth(ItemTable table, Evictor evictor)
{
    private int _gate;
    private long _funded;       // owner: _gate; bytes reserved so far

    /// <summary>Goes on with a growth that is due or under way. Without locks.</summary>
    /// <param name="passes">Segments that may be emptied.</param>
    public void Step(int passes)
    {
        if (!SpinGate.TryEnter(ref _gate)) return;
        table.Index.FinishGrowth();
        if (table.Index.WantsGrowth) Fund(passes);
        SpinGate.Exit(ref _gate);
    }

    private void Fund(int passes)
    {
        HashIndex index = table.Index;
        SegmentArena arena = table.Arena;
        long needed = index.GrowthBytes;
        // Beside the old table, the new one must leave some room for items.
        if (needed > arena.Limit / 2) return;
        if (arena.TryReserve(needed - _funded)) _funded = needed;
        for (int pass = 0; _funded < needed && index.IsCrowded && table.CanEvict && pass < passes; pass++)
        {
            if (!evictor.ShrinkStep()) break;
            long part = Math.Min(needed - _funded, arena.SegmentBytes);
            if (arena.TryReserve(part)) _funded += part;
        }
        if (_funded == needed)
        {
            _funded = 0;
            _ = index.TryGrow(needed);
        }
        else if (!index.IsCrowded)
        {
            arena.Unreserve(_funded);
            _funded = 0;
            index.ForgetGrowth();
        }
    }
}
