using Larder.Cache.Store;

namespace Larder.Cache.Commands;

/// <summary>Times as meta replies show them.</summary>
internal static class MetaTime
{
    /// <summary>Seconds until <paramref name="expiry"/>; -1 for an item that never ends.</summary>
    public static long SecondsLeft(StoreClock clock, uint expiry)
        => expiry == 0 ? -1 : Math.Max((long)expiry - clock.Now, 0);
}
