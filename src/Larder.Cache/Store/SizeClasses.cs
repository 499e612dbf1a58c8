namespace Larder.Cache.Store;

/// <summary>
/// memcached's slab classes with the default factor 1.25, as names only: the store has no classes, but <c>stats
/// items</c>, <c>me</c> and dumps need one for each item. An item's size there is 56 bytes (48 without CAS), the key
/// and a NUL, the value and CR LF, and 4 bytes if the client flags are not 0.
/// </summary>
public sealed class SizeClasses
{
    /// <summary>Classes are numbered 1 to this.</summary>
    public const int Count = 39;

    private const int HeaderSize = 48;
    private const int CasSize = 8;
    private const int FlagsSize = 4;

    private readonly int _header;           // owner: immutable

    /// <summary>Classes of a store with or without CAS tokens.</summary>
    public SizeClasses(bool casEnabled) => _header = HeaderSize + (casEnabled ? CasSize : 0);

    /// <summary>Chunk size of each class; index 0 is unused. The last class holds all that is larger, too.</summary>
    public static ReadOnlySpan<int> ChunkSizes =>
    [
        0, 96, 120, 152, 192, 240, 304, 384, 480, 600, 752, 944, 1184, 1480, 1856, 2320, 2904, 3632, 4544, 5680, 7104,
        8880, 11104, 13880, 17352, 21696, 27120, 33904, 42384, 52984, 66232, 82792, 103496, 129376, 161720, 202152,
        252696, 315872, 394840, 524288,
    ];

    /// <summary>Bytes of an item as memcached counts them against -I.</summary>
    public long VirtualSize(int keyLength, long valueLength, uint clientFlags) =>
        _header + keyLength + 1 + valueLength + 2 + (clientFlags != 0 ? FlagsSize : 0);

    /// <summary>The class of an item, 1 to 39.</summary>
    public int ClassOf(int keyLength, long valueLength, uint clientFlags)
    {
        long size = VirtualSize(keyLength, valueLength, clientFlags);
        if (size > ChunkSizes[Count]) return Count;
        int index = ChunkSizes[1..].BinarySearch((int)size);
        return index >= 0 ? index + 1 : ~index + 1;
    }
}
