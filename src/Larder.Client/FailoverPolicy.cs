namespace Larder.Client;

/// <summary>What becomes of the keys of a server that is down. The hash never changes: all other keys stay.</summary>
public enum FailoverPolicy : byte
{
    /// <summary>
    /// They go to the next server in their own order, with a cap on their life there
    /// (<see cref="CacheClientOptions.FailoverExpiryMax"/>).
    /// </summary>
    NextOwner,
    /// <summary>Reads miss, changes fail as ServerDown.</summary>
    Miss,
    /// <summary>All fails as ServerDown.</summary>
    Fail,
}
