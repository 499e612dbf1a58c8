namespace Larder.Cache.Store;

/// <summary>What an <see cref="ItemStore"/> is started with. Read once by its constructor.</summary>
public sealed class ItemStoreOptions
{
    /// <summary>memcached's <c>-m</c> in bytes: everything that the store maps stays below it.</summary>
    public long MemoryLimitBytes { get; init; } = 64L << 20;

    /// <summary>
    /// memcached's <c>-I</c> in bytes: the largest item, counted as memcached counts it (see
    /// <see cref="SizeClasses.VirtualSize"/>). At most half of <see cref="MemoryLimitBytes"/>.
    /// </summary>
    public int ItemSizeMax { get; init; } = 1 << 20;

    /// <summary>False is memcached's <c>-M</c>: a store without room answers NoMemory instead of evicting.</summary>
    public bool EvictionsEnabled { get; init; } = true;

    /// <summary>False is memcached's <c>-C</c>: items carry no CAS token (it reads as 0 and matches nothing).</summary>
    public bool CasEnabled { get; init; } = true;

    /// <summary>
    /// Base-two logarithm of the index's slots at start, 12 to 32; memcached's <c>-o hashpower</c>. Taken lower where
    /// the index would use more than 1/16 of the memory.
    /// </summary>
    public int HashPowerInit { get; init; } = 16;

    /// <summary>Seed of the key hash; null takes a random one. Tests fix it so that a run can be repeated.</summary>
    public ulong? HashSeed { get; init; }

    /// <summary>Where memory comes from.</summary>
    internal PageSource Pages { get; init; } = new();
}
