using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>
/// Whether one binary connection is authenticated, and its SASL requests. A server without an authenticator has no such
/// object for its connections, and does not know the requests (memcached without -S). Owned by the connection's thread.
/// </summary>
internal sealed class BinarySasl(ISaslAuthenticator authenticator)
{
    /// <summary>The longest message that is taken from somebody who is not known yet.</summary>
    public const int MessageLengthMax = 16 * 1024;

    private ISaslExchange? _exchange;
    private bool _isAuthenticated;

    /// <summary>Whether a request may be executed now: who is not authenticated may only authenticate itself.</summary>
    public bool Allows(BinaryOpcode command) => _isAuthenticated || IsOurs(command) || command == BinaryOpcode.Version;

    /// <summary>True for the requests that <see cref="Execute"/> takes.</summary>
    public static bool IsOurs(BinaryOpcode command)
        => command is BinaryOpcode.SaslList or BinaryOpcode.SaslAuth or BinaryOpcode.SaslStep;

    /// <summary>Executes a SASL request and answers it.</summary>
    public void Execute(CacheThread thread, scoped in BinaryRequest request)
    {
        var echo = new BinaryEcho(in request);
        if (request.Command == BinaryOpcode.SaslList)
        {
            BinaryReplies.Value(thread.Output, in echo, BinaryStatus.Success, authenticator.Mechanisms);
            return;
        }
        if (request.Command == BinaryOpcode.SaslAuth)
        {
            _isAuthenticated = false;
            _exchange = authenticator.Begin(request.Key);
        }
        Span<byte> answer = stackalloc byte[ISaslExchange.AnswerLengthMax];
        int length = 0;
        SaslOutcome outcome = _exchange is null
            ? SaslOutcome.Refused
            : _exchange.Step(request.Value, answer, out length);
        answer = answer[..length];
        switch (outcome)
        {
            case SaslOutcome.Continues:
                BinaryReplies.Value(thread.Output, in echo, BinaryStatus.AuthContinue, answer);
                return;
            case SaslOutcome.Accepted:
                _isAuthenticated = true;
                ReadOnlySpan<byte> text = length > 0 ? answer : "Authenticated"u8;
                BinaryReplies.Value(thread.Output, in echo, BinaryStatus.Success, text);
                break;
            default:
                BinaryReplies.Error(thread.Output, in echo, BinaryStatus.AuthError);
                break;
        }
        _exchange = null;
    }
}
