namespace Larder.Extensions.Caching;

/// <summary>Options of the distributed cache.</summary>
public sealed class LarderCacheOptions
{
    /// <summary>What stands before each key, so that several applications can share servers; none by default.</summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>The clock that absolute expirations are read by.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
