namespace Larder.Client;

/// <summary>How an operation ended. What stands behind <see cref="TooLarge"/> is an error, and never a miss.</summary>
public enum CacheStatus : byte
{
    /// <summary>A read found the key.</summary>
    Hit,
    /// <summary>A change was made: stored, counted, touched, deleted, flushed.</summary>
    Done,
    /// <summary>There is no such key.</summary>
    Miss,
    /// <summary>Add found the key, or replace, append or prepend did not.</summary>
    NotStored,
    /// <summary>The item has another cas value than the one to compare with.</summary>
    Exists,
    /// <summary>The server does not take an item of this size. Whatever the key had before is gone.</summary>
    TooLarge,
    /// <summary>The value is no number, so it cannot be counted up or down.</summary>
    NotNumeric,
    /// <summary>The server refused with an error; <see cref="CacheResult.Message"/> has its words.</summary>
    ServerError,
    /// <summary>No reply in time. Nothing was changed: only reads end so.</summary>
    Timeout,
    /// <summary>
    /// The server cannot be reached, or was lost before the request was sent, or while it was a read.
    /// Nothing was changed.
    /// </summary>
    ServerDown,
    /// <summary>Too many requests wait for this server already; nothing was sent.</summary>
    Busy,
    /// <summary>
    /// A change was sent and no reply came, in time or at all: it may have been made, may still be made, or not.
    /// </summary>
    Ambiguous,
}
