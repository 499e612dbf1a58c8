namespace Larder.Bench.Pausing;

/// <summary>What keeps the server's store busy while clients are measured.</summary>
internal enum PausePhase
{
    /// <summary>New keys into an empty server: its index grows.</summary>
    Fill,

    /// <summary>New keys into a full one.</summary>
    Eviction,

    /// <summary>All that it holds expires in the same second.</summary>
    Expiry,

    /// <summary><c>cache_memlimit</c>: half of the memory, and all of it again.</summary>
    Limit,

    /// <summary>Values of some KiB replace tiny ones, and tiny ones those.</summary>
    Sizes,

    /// <summary><c>flush_all</c> of a full server.</summary>
    Flush,
}
