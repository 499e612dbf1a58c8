using System.Security.Cryptography;

namespace Larder.Cache.Authentication;

/// <summary>What is known of one user's password. Immutable.</summary>
/// <param name="User">The name.</param>
/// <param name="Iterations">Of PBKDF2, for both hashes.</param>
/// <param name="Salt">For both hashes.</param>
/// <param name="Sha256">For SCRAM-SHA-256 and PLAIN.</param>
/// <param name="Sha512">For SCRAM-SHA-512.</param>
internal sealed record PasswordRecord(string User, int Iterations, byte[] Salt, ScramKeys Sha256, ScramKeys Sha512)
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltLength = 16;

    /// <summary>False for what stands for somebody who does not exist: nothing proves it.</summary>
    public bool IsReal { get; init; } = true;

    /// <summary>Hashes a password with a new salt. Takes milliseconds.</summary>
    public static PasswordRecord Of(string user, ReadOnlySpan<byte> password, int iterations)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new(
            user,
            iterations,
            salt,
            ScramHash.Sha256.KeysOf(password, salt, iterations),
            ScramHash.Sha512.KeysOf(password, salt, iterations));
    }

    /// <summary>The keys for a hash.</summary>
    public ScramKeys KeysFor(ScramHash hash) => ReferenceEquals(hash, ScramHash.Sha512) ? Sha512 : Sha256;

    /// <summary>Whether a password is this one. Takes milliseconds, for who does not exist, too.</summary>
    public bool IsPassword(ReadOnlySpan<byte> password)
    {
        ScramKeys keys = ScramHash.Sha256.KeysOf(password, Salt, Iterations);
        return CryptographicOperations.FixedTimeEquals(keys.StoredKey, Sha256.StoredKey) & IsReal;
    }
}
