namespace Larder.Cache.Authentication;

/// <summary>
/// One client's attempt to authenticate itself. Owned by its connection's thread, but for <see cref="Compute"/>, which
/// another thread calls while the connection is parked.
/// </summary>
internal interface ISaslExchange
{
    /// <summary>The longest answer of a step, in bytes.</summary>
    const int AnswerLengthMax = 1024;

    /// <summary>Takes the client's next message; some microseconds at most.</summary>
    /// <param name="message">Borrowed.</param>
    /// <param name="answer">Room of <see cref="AnswerLengthMax"/> bytes for what the client is answered.</param>
    /// <param name="answerLength">
    /// Bytes written there. Without any, success and refusal have memcached's texts.
    /// </param>
    SaslOutcome Step(ReadOnlySpan<byte> message, Span<byte> answer, out int answerLength);

    /// <summary>Does what takes long, after a step that ended with <see cref="SaslOutcome.Computes"/>.</summary>
    void Compute();

    /// <summary>
    /// How that step ends, after <see cref="Compute"/>; refused when the server stops and nothing was computed.
    /// </summary>
    SaslOutcome Finish();
}
