namespace Larder.Client;

/// <summary>What is done with a key that memcached does not take.</summary>
public enum InvalidKeyRule : byte
{
    /// <summary>The operation throws ArgumentException before anything is sent.</summary>
    Refuse,
    /// <summary>
    /// The key becomes its first 64 bytes, with an underscore for each byte that is not allowed, <c>#</c>, and the
    /// SHA-256 of the whole in base64url: 43 characters. The same for all clients with this rule.
    /// </summary>
    Hash,
}
