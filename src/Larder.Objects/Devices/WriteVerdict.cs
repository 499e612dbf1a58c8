namespace Larder.Objects.Devices;

/// <summary>Whether a device takes changes.</summary>
public enum WriteVerdict
{
    /// <summary>It does.</summary>
    Accepted,
    /// <summary>Never: it was configured so. Answered 403, since asking again changes nothing.</summary>
    ReadOnly,
    /// <summary>Not now: it is in trouble. Answered 503, since it may be back, and other devices take it.</summary>
    OutOfService,
}
