namespace Larder.Cache.Store;

/// <summary>
/// What a store has mapped, against its limit: bytes are counted before they are mapped, and until they are unmapped.
/// Any thread.
/// </summary>
internal sealed class MemoryAccount(long limitBytes)
{
    private long _mapped;               // owner: anybody, interlocked
    private long _limit = limitBytes;   // owner: SetMemoryLimit writes, everybody reads

    public long Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    public long Mapped => Interlocked.Read(ref _mapped);

    /// <summary>Counts bytes that the caller is about to map; false when they would pass the limit.</summary>
    public bool TryReserve(long bytes)
    {
        long seen = Mapped;
        while (seen + bytes <= Limit)
        {
            long found = Interlocked.CompareExchange(ref _mapped, seen + bytes, seen);
            if (found == seen) return true;
            seen = found;
        }
        return false;
    }

    /// <summary>Counts as many of these bytes as the limit allows, and returns them.</summary>
    public long ReserveSome(long most)
    {
        long seen = Mapped;
        while (seen < Limit)
        {
            long bytes = Math.Min(most, Limit - seen);
            long found = Interlocked.CompareExchange(ref _mapped, seen + bytes, seen);
            if (found == seen) return bytes;
            seen = found;
        }
        return 0;
    }

    /// <summary>Bytes are unmapped, or were not mapped after all.</summary>
    public void Unreserve(long bytes) => Interlocked.Add(ref _mapped, -bytes);
}
