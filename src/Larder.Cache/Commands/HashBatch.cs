using System.Runtime.CompilerServices;

namespace Larder.Cache.Commands;

/// <summary>The hashes of keys that are looked up together, on the stack of who does it.</summary>
[InlineArray(LengthMax)]
internal struct HashBatch
{
    /// <summary>
    /// Keys of one batch, a power of two: 32 cache misses in flight are more than the processor can track, and their
    /// index lines and items stay in the first level cache until they are answered.
    /// </summary>
    public const int LengthMax = 32;

    private ulong _first;

    /// <summary>Where the key with this number stands when the batch is used as a ring.</summary>
    public static int PlaceOf(int number) => number & (LengthMax - 1);
}
