namespace Larder.Cache.Store;

/// <summary>How a lookup ended. Only <see cref="Hit"/> has run the reader or the editor.</summary>
public enum FindStatus
{
    /// <summary>There is no such item (memcached: get_misses).</summary>
    Miss,

    /// <summary>The item was found and shown.</summary>
    Hit,

    /// <summary>The item's time was over; it is removed now (memcached: get_misses and get_expired).</summary>
    Expired,

    /// <summary>
    /// The item was stored before a flush_all; it is removed now (memcached: get_misses and get_flushed).
    /// </summary>
    Flushed,
}
