namespace Larder.Cache.Commands;

/// <summary>
/// What one thread has executed, counted where it is executed. Written by that thread only; `stats` sums the threads'
/// fields and may see one a moment late.
/// </summary>
internal sealed class CommandCounters
{
    // owner: the driver's thread; read by any
    public long GetCommands;
    public long GetHits;
    public long GetMisses;
    public long GetExpired;
    public long GetFlushed;
    public long SetCommands;
    public long TouchCommands;
    public long TouchHits;
    public long TouchMisses;
    public long FlushCommands;
    public long MetaDebugCommands;
    public long DeleteHits;
    public long DeleteMisses;
    public long IncrHits;
    public long IncrMisses;
    public long DecrHits;
    public long DecrMisses;
    public long CasHits;
    public long CasMisses;
    public long CasBadValue;
    public long StoreTooLarge;
    public long StoreNoMemory;
    public long AuthCommands;
    public long AuthErrors;

    /// <summary>Adds another thread's counts to these.</summary>
    public void Add(CommandCounters other)
    {
        GetCommands += other.GetCommands;
        GetHits += other.GetHits;
        GetMisses += other.GetMisses;
        GetExpired += other.GetExpired;
        GetFlushed += other.GetFlushed;
        SetCommands += other.SetCommands;
        TouchCommands += other.TouchCommands;
        TouchHits += other.TouchHits;
        TouchMisses += other.TouchMisses;
        FlushCommands += other.FlushCommands;
        MetaDebugCommands += other.MetaDebugCommands;
        DeleteHits += other.DeleteHits;
        DeleteMisses += other.DeleteMisses;
        IncrHits += other.IncrHits;
        IncrMisses += other.IncrMisses;
        DecrHits += other.DecrHits;
        DecrMisses += other.DecrMisses;
        CasHits += other.CasHits;
        CasMisses += other.CasMisses;
        CasBadValue += other.CasBadValue;
        StoreTooLarge += other.StoreTooLarge;
        StoreNoMemory += other.StoreNoMemory;
        AuthCommands += other.AuthCommands;
        AuthErrors += other.AuthErrors;
    }

    /// <summary>Takes earlier counts away from these.</summary>
    public void Subtract(CommandCounters earlier)
    {
        GetCommands -= earlier.GetCommands;
        GetHits -= earlier.GetHits;
        GetMisses -= earlier.GetMisses;
        GetExpired -= earlier.GetExpired;
        GetFlushed -= earlier.GetFlushed;
        SetCommands -= earlier.SetCommands;
        TouchCommands -= earlier.TouchCommands;
        TouchHits -= earlier.TouchHits;
        TouchMisses -= earlier.TouchMisses;
        FlushCommands -= earlier.FlushCommands;
        MetaDebugCommands -= earlier.MetaDebugCommands;
        DeleteHits -= earlier.DeleteHits;
        DeleteMisses -= earlier.DeleteMisses;
        IncrHits -= earlier.IncrHits;
        IncrMisses -= earlier.IncrMisses;
        DecrHits -= earlier.DecrHits;
        DecrMisses -= earlier.DecrMisses;
        CasHits -= earlier.CasHits;
        CasMisses -= earlier.CasMisses;
        CasBadValue -= earlier.CasBadValue;
        StoreTooLarge -= earlier.StoreTooLarge;
        StoreNoMemory -= earlier.StoreNoMemory;
        AuthCommands -= earlier.AuthCommands;
        AuthErrors -= earlier.AuthErrors;
    }
}
