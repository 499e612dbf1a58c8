namespace Larder.Cache.Authentication;

/// <summary>How a step of a SASL exchange ended.</summary>
internal enum SaslOutcome
{
    /// <summary>The client is not who it says; the exchange is over.</summary>
    Refused,
    /// <summary>The client has to send another message.</summary>
    Continues,
    /// <summary>The client is authenticated; the exchange is over.</summary>
    Accepted,
    /// <summary>
    /// Not decided: <see cref="ISaslExchange.Compute"/> belongs on another thread, and
    /// <see cref="ISaslExchange.Finish"/> behind it.
    /// </summary>
    Computes,
}
