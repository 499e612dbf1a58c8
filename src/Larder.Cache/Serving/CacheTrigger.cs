namespace Larder.Cache.Serving;

/// <summary>How the kernel reports that a connection of a front end is ready (epoll(7)).</summary>
public enum CacheTrigger
{
    /// <summary>Edge-triggered: interest is registered once, a short read means drained. The default.</summary>
    Edge,

    /// <summary>Level-triggered: what was left unread is reported again. For comparison.</summary>
    Level,
}
