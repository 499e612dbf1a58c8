namespace Larder.Cache.Commands;

/// <summary>How a step of a SASL exchange ended.</summary>
internal enum SaslOutcome
{
    /// <summary>The client is not who it says; the exchange is over.</summary>
    Refused,
    /// <summary>The client has to send another message.</summary>
    Continues,
    /// <summary>The client is authenticated; the exchange is over.</summary>
    Accepted,
}
