using Larder.Cache.Authentication;

namespace Larder.Cache.Tests.Commands;

/// <summary>
/// EASY accepts "please"; HARD first asks "really?" and wants "yes", then says "welcome"; SLOW is EASY, computed on
/// another thread and not before its gate is open.
/// </summary>
internal sealed class FakeSasl : ISaslAuthenticator
{
    public ManualResetEventSlim SlowGate { get; } = new(initialState: true);

    public ReadOnlySpan<byte> Mechanisms => "EASY HARD SLOW"u8;

    public ISaslExchange? Begin(ReadOnlySpan<byte> mechanism)
        => mechanism.SequenceEqual("EASY"u8) ? new Exchange("please"u8.ToArray(), challenge: [])
        : mechanism.SequenceEqual("HARD"u8) ? new Exchange("yes"u8.ToArray(), "really?"u8.ToArray())
        : mechanism.SequenceEqual("SLOW"u8) ? new Exchange("please"u8.ToArray(), challenge: [], SlowGate)
        : null;

    private sealed class Exchange(byte[] wanted, byte[] challenge, ManualResetEventSlim? gate = null)
        : ISaslExchange
    {
        private int _steps;
        private bool _wasRight;
        private bool _isComputed;

        public SaslOutcome Step(ReadOnlySpan<byte> message, Span<byte> answer, out int answerLength)
        {
            bool asks = challenge.Length > 0 && _steps++ == 0;
            bool isRight = message.SequenceEqual(wanted);
            byte[] text = asks ? challenge : isRight && challenge.Length > 0 ? "welcome"u8.ToArray() : [];
            text.CopyTo(answer);
            answerLength = text.Length;
            _wasRight = isRight;
            return asks ? SaslOutcome.Continues
                : gate is not null ? SaslOutcome.Computes
                : isRight ? SaslOutcome.Accepted
                : SaslOutcome.Refused;
        }

        public void Compute() => _isComputed = gate!.Wait(AskingClient.DeadlineMs);

        public SaslOutcome Finish() => _wasRight && _isComputed ? SaslOutcome.Accepted : SaslOutcome.Refused;
    }
}
