namespace Larder.Client;

/// <summary>What the client speaks.</summary>
public enum ClientProtocol : byte
{
    /// <summary>memcached's meta protocol, since 1.6: all that the client offers.</summary>
    Meta,
    /// <summary>The classic text protocol: no stale items, no winners, no time left; a count that creates takes two
    /// requests.</summary>
    Text,
    /// <summary>The binary protocol: the same limits, but counts that create in one; needed for SASL.</summary>
    Binary,
}
