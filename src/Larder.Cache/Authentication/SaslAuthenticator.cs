using System.Security.Cryptography;

namespace Larder.Cache.Authentication;

/// <summary>SASL with the users of a password file: SCRAM with two hashes, and PLAIN. Any thread.</summary>
internal sealed class SaslAuthenticator(PasswordFile passwords) : ISaslAuthenticator
{
    /// <summary>144 bits: what is drawn by chance is not drawn again.</summary>
    private const int NonceLength = 18;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Mechanisms => "SCRAM-SHA-512 SCRAM-SHA-256 PLAIN"u8;

    /// <inheritdoc/>
    public ISaslExchange? Begin(ReadOnlySpan<byte> mechanism)
    {
        if (mechanism.SequenceEqual("PLAIN"u8))
        {
            return new PlainExchange(passwords.Table);
        }
        ScramHash? hash = mechanism.SequenceEqual("SCRAM-SHA-256"u8) ? ScramHash.Sha256
            : mechanism.SequenceEqual("SCRAM-SHA-512"u8) ? ScramHash.Sha512
            : null;
        return hash is null ? null : new ScramExchange(hash, passwords.Table, NewNonce());
    }

    private static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceLength));
}
