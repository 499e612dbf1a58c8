using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Larder.Cache.Authentication;

/// <summary>
/// The server's side of SCRAM (RFC 5802, 7677) without channel binding: neither side learns the password from the
/// other. Some hashes of short texts, so all of it is done on the connection's thread.
/// </summary>
/// <remarks>
/// <code>
///   n,,n=user,r=C  -->            who is it
///                  &lt;-- r=CS,s=salt,i=iterations
///   c=biws,r=CS,p=proof  -->      StoredKey == H(proof XOR HMAC(StoredKey, both first messages and this one))
///                  &lt;-- v=HMAC(ServerKey, the same)
/// </code>
/// </remarks>
/// <param name="hash">Which.</param>
/// <param name="passwords">Who is known.</param>
/// <param name="serverNonce">Our part of the nonce: printable, without a comma, new each time.</param>
internal sealed class ScramExchange(ScramHash hash, PasswordTable passwords, string serverNonce) : ISaslExchange
{
    private bool _wasAsked;
    private PasswordRecord? _record;
    private byte[] _binding = [];     // what the last message must begin with
    private byte[] _firstMessages = [];

    /// <inheritdoc/>
    public SaslOutcome Step(ReadOnlySpan<byte> message, Span<byte> answer, out int answerLength)
    {
        if (message.IsEmpty && !_wasAsked && _record is null)
        {
            _wasAsked = true;
            answerLength = 0;
            return SaslOutcome.Continues;
        }
        return _record is null ? Begin(message, answer, out answerLength) : End(message, answer, out answerLength);
    }

    /// <inheritdoc/>
    public void Compute() => throw new UnreachableException("nothing takes long here");

    /// <inheritdoc/>
    public SaslOutcome Finish() => throw new UnreachableException("nothing takes long here");

    private SaslOutcome Begin(ReadOnlySpan<byte> message, Span<byte> answer, out int answerLength)
    {
        ReadOnlySpan<byte> error = ScramFirstMessage.Read(message, out ScramFirstMessage first);
        if (!error.IsEmpty)
        {
            return Refuse(error, answer, out answerLength);
        }
        _record = passwords.Find(first.User);
        string nonce = Encoding.ASCII.GetString(first.Nonce) + serverNonce;
        string challenge = $"r={nonce},s={Convert.ToBase64String(_record.Salt)},i={_record.Iterations}";
        answerLength = Encoding.ASCII.GetBytes(challenge, answer);
        _binding = Encoding.ASCII.GetBytes($"c={Convert.ToBase64String(first.Header)},r={nonce}");
        _firstMessages = [.. first.Bare, (byte)',', .. answer[..answerLength], (byte)','];
        return SaslOutcome.Continues;
    }

    private SaslOutcome End(ReadOnlySpan<byte> message, Span<byte> answer, out int answerLength)
    {
        int proofAt = message.LastIndexOf(",p="u8);
        ReadOnlySpan<byte> said = proofAt < 0 ? message : message[..proofAt];
        Span<byte> proof = stackalloc byte[hash.Length];
        if (proofAt < 0 || !TryDecode(message[(proofAt + 3)..], proof))
        {
            return Refuse(ScramErrors.InvalidEncoding, answer, out answerLength);
        }
        bool isBound = said.StartsWith(_binding) && (said.Length == _binding.Length || said[_binding.Length] == ',');
        if (!isBound)
        {
            return Refuse(WhyUnbound(said), answer, out answerLength);
        }
        ScramKeys keys = _record!.KeysFor(hash);
        byte[] all = [.. _firstMessages, .. said];
        byte[] signature = hash.Hmac(keys.StoredKey, all);
        for (int index = 0; index < signature.Length; index++)
        {
            proof[index] ^= signature[index];
        }
        if (!(CryptographicOperations.FixedTimeEquals(hash.Hash(proof), keys.StoredKey) & _record.IsReal))
        {
            return Refuse(ScramErrors.InvalidProof, answer, out answerLength);
        }
        string verifier = $"v={Convert.ToBase64String(hash.Hmac(keys.ServerKey, all))}";
        answerLength = Encoding.ASCII.GetBytes(verifier, answer);
        return SaslOutcome.Accepted;
    }

    private ReadOnlySpan<byte> WhyUnbound(ReadOnlySpan<byte> said)
    {
        int end = said.IndexOf((byte)',');
        ReadOnlySpan<byte> header = end < 0 ? said : said[..end];
        if (end < 0 || !header.StartsWith("c="u8) || !Base64.IsValid(header[2..]))
        {
            return ScramErrors.InvalidEncoding;
        }
        bool isSame = _binding.AsSpan().StartsWith(said[..(end + 1)]);
        return isSame ? ScramErrors.OtherError : ScramErrors.ChannelBindingsDontMatch;
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> proof)
        => Base64.IsValid(text, out int length) && length == proof.Length
        && Base64.DecodeFromUtf8(text, proof, out _, out _) == System.Buffers.OperationStatus.Done;

    private static SaslOutcome Refuse(ReadOnlySpan<byte> error, Span<byte> answer, out int answerLength)
    {
        error.CopyTo(answer);
        answerLength = error.Length;
        return SaslOutcome.Refused;
    }
}
