using Larder.Cache.Commands;

namespace Larder.Cache.Tests.Commands;

/// <summary>EASY accepts "please"; HARD first asks "really?" and wants "yes", then says "welcome".</summary>
internal sealed class FakeSasl : ISaslAuthenticator
{
    public ReadOnlySpan<byte> Mechanisms => "EASY HARD"u8;

    public ISaslExchange? Begin(ReadOnlySpan<byte> mechanism)
        => mechanism.SequenceEqual("EASY"u8) ? new Exchange("please"u8.ToArray(), challenge: [])
        : mechanism.SequenceEqual("HARD"u8) ? new Exchange("yes"u8.ToArray(), "really?"u8.ToArray())
        : null;

    private sealed class Exchange(byte[] wanted, byte[] challenge) : ISaslExchange
    {
        private int _steps;

        public SaslOutcome Step(ReadOnlySpan<byte> message, Span<byte> answer, out int answerLength)
        {
            bool asks = challenge.Length > 0 && _steps++ == 0;
            bool isRight = message.SequenceEqual(wanted);
            byte[] text = asks ? challenge : isRight && challenge.Length > 0 ? "welcome"u8.ToArray() : [];
            text.CopyTo(answer);
            answerLength = text.Length;
            return asks ? SaslOutcome.Continues : isRight ? SaslOutcome.Accepted : SaslOutcome.Refused;
        }
    }
}
