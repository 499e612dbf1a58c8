namespace Larder.Events.Driving;

/// <summary>
/// How a server stops. In both ways every request that was executed is answered and the answer delivered.
/// </summary>
public enum StopMode
{
    /// <summary>Requests that have been received whole are answered; half received ones are dropped.</summary>
    Fast,
    /// <summary>Half received requests may be completed and are answered, up to the deadline.</summary>
    Graceful,
}
