namespace Larder.Cache.Authentication;

/// <summary>
/// Decides who may enter over the binary protocol (SASL, RFC 4422). A server that has one executes nothing for a
/// connection that is not authenticated. Any thread may call it.
/// </summary>
internal interface ISaslAuthenticator
{
    /// <summary>The names of the mechanisms, separated by spaces.</summary>
    ReadOnlySpan<byte> Mechanisms { get; }

    /// <summary>Begins an exchange of messages with one client.</summary>
    /// <param name="mechanism">What the client names.</param>
    /// <returns>Null for a mechanism that there is not.</returns>
    ISaslExchange? Begin(ReadOnlySpan<byte> mechanism);
}
