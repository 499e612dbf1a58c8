namespace Larder.Extensions.Caching.Distributed;

/// <summary>
/// What is remembered of the sliding spans of keys that this process has seen, so that a read can renew the item in the
/// same round trip. A guess: the item's own client flags say what is right, and a wrong guess is corrected. Fixed size,
/// newer keys push out older ones; any thread.
/// </summary>
internal sealed class SlidingSpans
{
    /// <summary>16 KiB a cache: about as many keys are in use at once in a process that has sessions.</summary>
    private const int Places = 2048;

    // The upper half of the key's hash above the seconds. A place is read and written as a whole, and no place depends
    // on another, so that plain volatile accesses are enough.
    private readonly long[] _places = new long[Places];

    /// <summary>The seconds that the key's item had last, or 0 when that is not known or it does not slide.</summary>
    public int Find(string key)
    {
        long hash = HashOf(key);
        long place = Volatile.Read(ref _places[(int)(hash & (Places - 1))]);
        return ((place ^ hash) & ~(long)uint.MaxValue) == 0 ? (int)place : 0;
    }

    /// <summary>Remembers the seconds, or that it does not slide (0).</summary>
    public void Note(string key, int seconds)
    {
        long hash = HashOf(key);
        ref long place = ref _places[(int)(hash & (Places - 1))];
        long wanted = (hash & ~(long)uint.MaxValue) | (uint)seconds;
        if (Volatile.Read(ref place) != wanted) Volatile.Write(ref place, wanted);
    }

    private static long HashOf(string key)
    {
        uint hash = (uint)string.GetHashCode(key, StringComparison.Ordinal);
        return (long)(hash * 0x9E3779B97F4A7C15UL);
    }
}
