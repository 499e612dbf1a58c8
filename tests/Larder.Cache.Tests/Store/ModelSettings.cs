namespace Larder.Cache.Tests.Store;

/// <summary>What a run of the model checker asks of the store.</summary>
internal sealed record ModelSettings
{
    /// <summary>Memory, sizes and times so that nothing may be missing.</summary>
    public static ModelSettings Ample { get; } = new() { Memory = 64 << 20 };

    /// <summary>The live items fill most of the memory: segments are compacted all the time.</summary>
    public static ModelSettings Crowded { get; } = new() { Memory = 3 << 19 };

    /// <summary>Too many items, values of several segments, a limit that moves: anything may be evicted.</summary>
    public static ModelSettings Evicting { get; } = new()
    {
        Memory = 4 << 20,
        ItemSizeMax = 1 << 20,
        LargeMax = 900_000,
        Keys = 3000,
        MayMiss = true,
        MovesLimit = true,
    };

    /// <summary>Too many items, and none is evicted: stores may be refused.</summary>
    public static ModelSettings Refusing { get; } = new()
    {
        Memory = 2 << 20,
        ItemSizeMax = 400_000,
        LargeMax = 300_000,
        Keys = 2000,
        MayRefuse = true,
    };

    public long Memory { get; init; }

    public int ItemSizeMax { get; init; } = 100_000;

    /// <summary>Bytes of the largest values.</summary>
    public int LargeMax { get; init; } = 60_000;

    public int Keys { get; init; } = 300;

    /// <summary>Items may be evicted at any time.</summary>
    public bool MayMiss { get; init; }

    /// <summary>Stores may find no memory.</summary>
    public bool MayRefuse { get; init; }

    /// <summary>The limit goes down and up between a half and all of the memory.</summary>
    public bool MovesLimit { get; init; }
}
