namespace Larder.Client.Routing;

/// <summary>
/// Which keys had long values lately, so that their next reads do not stand before short ones. A guess: a table of
/// marks by hash, where one key pushes out another.
/// </summary>
internal sealed class LargeKeys
{
    private const int SlotCount = 4096;
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    private readonly uint[] _marks = new uint[SlotCount]; // any thread: a lost mark costs one slow read
    private bool _any;

    /// <summary>Whether the key's value was long.</summary>
    public bool Contains(ReadOnlySpan<byte> key)
    {
        if (!Volatile.Read(ref _any)) return false;
        uint hash = Hash(key);
        return Volatile.Read(ref _marks[hash % SlotCount]) == hash;
    }

    /// <summary>Notes what a read or a store has shown.</summary>
    public void Note(ReadOnlySpan<byte> key, bool isLarge)
    {
        if (!isLarge && !Volatile.Read(ref _any)) return;
        uint hash = Hash(key);
        ref uint mark = ref _marks[hash % SlotCount];
        if (isLarge)
        {
            Volatile.Write(ref mark, hash);
            Volatile.Write(ref _any, true);
        }
        else if (Volatile.Read(ref mark) == hash)
        {
            Volatile.Write(ref mark, 0);
        }
    }

    /// <summary>FNV-1a: 0 means no key, and never comes out.</summary>
    private static uint Hash(ReadOnlySpan<byte> key)
    {
        uint hash = FnvOffset;
        foreach (byte value in key) hash = (hash ^ value) * FnvPrime;
        return hash == 0 ? 1 : hash;
    }
}
