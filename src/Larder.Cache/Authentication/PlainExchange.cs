using System.Security.Cryptography;

namespace Larder.Cache.Authentication;

/// <summary>
/// PLAIN (RFC 4616): <c>[authzid] NUL user NUL password</c>. The password is hashed as it was for the file, which takes
/// milliseconds.
/// </summary>
internal sealed class PlainExchange(PasswordTable passwords) : ISaslExchange
{
    private bool _wasAsked;
    private PasswordRecord? _record;
    private byte[] _password = [];
    private bool _isRight; // owner: who computes, then the connection's thread

    /// <inheritdoc/>
    public SaslOutcome Step(ReadOnlySpan<byte> message, Span<byte> answer, out int answerLength)
    {
        answerLength = 0;
        if (message.IsEmpty && !_wasAsked)
        {
            _wasAsked = true; // an empty challenge asks for the message that could have come at once (RFC 4422 5.1)
            return SaslOutcome.Continues;
        }
        int first = message.IndexOf((byte)0);
        int second = first < 0 ? -1 : message[(first + 1)..].IndexOf((byte)0);
        if (second < 0)
        {
            return SaslOutcome.Refused;
        }
        ReadOnlySpan<byte> authorization = message[..first];
        ReadOnlySpan<byte> user = message.Slice(first + 1, second);
        ReadOnlySpan<byte> password = message[(first + second + 2)..];
        bool isOther = !authorization.IsEmpty && !authorization.SequenceEqual(user);
        if (isOther || user.IsEmpty || password.IsEmpty || password.Contains((byte)0))
        {
            return SaslOutcome.Refused;
        }
        _record = passwords.Find(user);
        _password = password.ToArray();
        return SaslOutcome.Computes;
    }

    /// <inheritdoc/>
    public void Compute()
    {
        _isRight = _record!.IsPassword(_password);
        CryptographicOperations.ZeroMemory(_password);
    }

    /// <inheritdoc/>
    public SaslOutcome Finish() => _isRight ? SaslOutcome.Accepted : SaslOutcome.Refused;
}
