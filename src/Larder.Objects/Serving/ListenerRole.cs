namespace Larder.Objects.Serving;

/// <summary>What a listener of the object store serves.</summary>
public enum ListenerRole
{
    /// <summary>HTTP with all methods.</summary>
    Http,
    /// <summary>HTTP with GET and HEAD only.</summary>
    HttpGet,
    /// <summary>The side-channel of trackers.</summary>
    SideChannel,
}
