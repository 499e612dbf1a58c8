namespace Larder.Cache.Authentication;

/// <summary>
/// What a server keeps of a password for one hash: enough to check it, not enough to log in with (RFC 5802 3).
/// </summary>
/// <param name="StoredKey">The hash of the key that the client proves to have.</param>
/// <param name="ServerKey">What the server proves itself with.</param>
internal sealed record ScramKeys(byte[] StoredKey, byte[] ServerKey);
