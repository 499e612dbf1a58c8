using Larder.Cache.Authentication;
using Larder.Cache.Serving;
using Larder.Events.Wire;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>
/// The SASL requests of one binary connection. A server without an authenticator has no such object for its
/// connections, and does not know the requests (memcached without -S). Owned by the connection's thread.
/// </summary>
/// <remarks>
/// <code>
///   auth, step --short--> answered
///       \--long--> Park: a thread of <see cref="HashPool"/> computes --> Resume: answered
/// </code>
/// </remarks>
internal sealed class BinarySasl(ISaslAuthenticator authenticator, EntryGate gate)
{
    /// <summary>The longest SASL message that any server takes.</summary>
    public const int MessageBytesMost = CacheServerOptions.AuthenticationBytesMost;

    private ISaslExchange? _exchange;
    private BinaryEcho _parked; // of the request that is being computed
    private bool _isParked;

    /// <summary>The longest SASL message that this one takes.</summary>
    public int MessageBytesMax => gate.Entrance.MessageBytesMax;

    /// <summary>Whether a request may be executed now: who is not authenticated may only authenticate itself.</summary>
    public bool Allows(BinaryOpcode command) => gate.IsOpen || IsOurs(command) || command == BinaryOpcode.Version;

    /// <summary>True for the requests that <see cref="Execute"/> takes.</summary>
    public static bool IsOurs(BinaryOpcode command)
        => command is BinaryOpcode.SaslList or BinaryOpcode.SaslAuth or BinaryOpcode.SaslStep;

    /// <summary>Counts a request; false when it is one too many before the client is authenticated.</summary>
    public bool TryCommand() => gate.TryCommand();

    /// <summary>Executes a SASL request; it is answered unless the connection has to park.</summary>
    /// <returns>NeedMore or Park.</returns>
    public InputState Execute(CacheThread thread, scoped in BinaryRequest request)
    {
        var echo = new BinaryEcho(in request);
        if (request.Command == BinaryOpcode.SaslList)
        {
            BinaryReplies.Value(thread.Output, in echo, BinaryStatus.Success, authenticator.Mechanisms);
            return InputState.NeedMore;
        }
        if (request.Command == BinaryOpcode.SaslAuth)
        {
            gate.Close();
            _exchange = authenticator.Begin(request.Key);
        }
        Span<byte> answer = stackalloc byte[ISaslExchange.AnswerLengthMax];
        int length = 0;
        SaslOutcome outcome = _exchange is null
            ? SaslOutcome.Refused
            : _exchange.Step(request.Value, answer, out length);
        if (outcome != SaslOutcome.Computes)
        {
            Answer(thread, in echo, outcome, answer[..length]);
            return InputState.NeedMore;
        }
        if (!gate.Entrance.Hashes!.TryReserve())
        {
            _exchange = null;
            BinaryReplies.Error(thread.Output, in echo, BinaryStatus.TemporaryFailure);
            return InputState.NeedMore;
        }
        _parked = echo;
        _isParked = true;
        thread.Hashing = _exchange;
        return InputState.Park;
    }

    /// <summary>Answers the request for which the connection was parked, if it was for one.</summary>
    public void Resume(CacheThread thread)
    {
        if (_isParked)
        {
            _isParked = false;
            Answer(thread, in _parked, _exchange!.Finish(), default);
        }
    }

    private void Answer(CacheThread thread, in BinaryEcho echo, SaslOutcome outcome, ReadOnlySpan<byte> answer)
    {
        switch (outcome)
        {
            case SaslOutcome.Continues:
                BinaryReplies.Value(thread.Output, in echo, BinaryStatus.AuthContinue, answer);
                return;
            case SaslOutcome.Accepted:
                gate.Open(thread);
                ReadOnlySpan<byte> welcome = answer.IsEmpty ? "Authenticated"u8 : answer;
                BinaryReplies.Value(thread.Output, in echo, BinaryStatus.Success, welcome);
                break;
            default:
                gate.Refuse(thread);
                ReadOnlySpan<byte> reason = answer.IsEmpty ? BinaryStatusText.Of(BinaryStatus.AuthError) : answer;
                BinaryReplies.Value(thread.Output, in echo, BinaryStatus.AuthError, reason);
                break;
        }
        _exchange = null;
    }
}
