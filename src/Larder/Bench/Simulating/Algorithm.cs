namespace Larder.Bench.Simulating;

/// <summary>The eviction algorithms that can be simulated.</summary>
internal enum Algorithm
{
    /// <summary>Small, main and ghost queue (Yang et al., SOSP 2023).</summary>
    S3Fifo,

    /// <summary>Least recently used.</summary>
    Lru,

    /// <summary>First in, first out.</summary>
    Fifo,

    /// <summary>First in, first out, with a second chance for what was asked for meanwhile.</summary>
    Clock,

    /// <summary>Segmented LRU: four parts, a hit moves a key to the next one.</summary>
    Slru,
}
