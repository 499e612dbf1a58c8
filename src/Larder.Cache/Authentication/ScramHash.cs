using System.Security.Cryptography;

namespace Larder.Cache.Authentication;

/// <summary>The functions of RFC 5802 (2.2, 3) over one hash. Immutable; any thread.</summary>
internal sealed class ScramHash
{
    private readonly HashAlgorithmName _name;

    private ScramHash(HashAlgorithmName name, int length)
    {
        _name = name;
        Length = length;
    }

    /// <summary>SHA-256 (RFC 7677).</summary>
    public static ScramHash Sha256 { get; } =
        new(HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    /// <summary>SHA-512 (RFC 5802 4 and the IANA registry of mechanisms).</summary>
    public static ScramHash Sha512 { get; } =
        new(HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);

    /// <summary>Bytes of a hash.</summary>
    public int Length { get; }

    /// <summary>H of RFC 5802.</summary>
    public byte[] Hash(ReadOnlySpan<byte> data) => CryptographicOperations.HashData(_name, data);

    /// <summary>HMAC of RFC 5802.</summary>
    public byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
        => CryptographicOperations.HmacData(_name, key, data);

    /// <summary>What is kept of a password. Takes milliseconds.</summary>
    public ScramKeys KeysOf(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, _name, Length);
        return new(Hash(Hmac(salted, "Client Key"u8)), Hmac(salted, "Server Key"u8));
    }
}
