namespace Larder.Cache.Commands;

/// <summary>One client's attempt to authenticate itself. Owned by its connection's thread.</summary>
internal interface ISaslExchange
{
    /// <summary>The longest answer of a step, in bytes.</summary>
    const int AnswerLengthMax = 1024;

    /// <summary>Takes the client's next message.</summary>
    /// <param name="message">At most 16 KiB, borrowed.</param>
    /// <param name="answer">Room of <see cref="AnswerLengthMax"/> bytes for what the client is answered.</param>
    /// <param name="answerLength">Bytes written there; without any, success has memcached's text.</param>
    SaslOutcome Step(ReadOnlySpan<byte> message, Span<byte> answer, out int answerLength);
}
