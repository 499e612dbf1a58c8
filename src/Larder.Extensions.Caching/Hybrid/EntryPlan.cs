using Microsoft.Extensions.Caching.Hybrid;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>What one call does, from its options and the defaults.</summary>
internal readonly struct EntryPlan
{
    private static readonly TimeSpan s_expiration = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_localExpiration = TimeSpan.FromMinutes(1);

    private readonly HybridCacheEntryFlags _flags;

    public EntryPlan(HybridCacheEntryOptions? asked, HybridCacheEntryOptions? defaults)
    {
        _flags = asked?.Flags ?? defaults?.Flags ?? HybridCacheEntryFlags.None;
        Expiration = asked?.Expiration ?? defaults?.Expiration ?? s_expiration;
        TimeSpan local = asked?.LocalCacheExpiration ?? defaults?.LocalCacheExpiration ?? s_localExpiration;
        LocalExpiration = local < Expiration ? local : Expiration;
        if (Expiration <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(asked), "Expiration must be above 0");
    }

    public TimeSpan Expiration { get; }

    public TimeSpan LocalExpiration { get; }

    public HybridCacheEntryFlags Flags => _flags;

    public bool ReadsLocal => (_flags & HybridCacheEntryFlags.DisableLocalCacheRead) == 0;

    public bool WritesLocal =>
        (_flags & HybridCacheEntryFlags.DisableLocalCacheWrite) == 0 && LocalExpiration > TimeSpan.Zero;

    public bool ReadsServers => (_flags & HybridCacheEntryFlags.DisableDistributedCacheRead) == 0;

    public bool WritesServers => (_flags & HybridCacheEntryFlags.DisableDistributedCacheWrite) == 0;

    public bool Makes => (_flags & HybridCacheEntryFlags.DisableUnderlyingData) == 0;
}
