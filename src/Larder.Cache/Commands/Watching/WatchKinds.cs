namespace Larder.Cache.Commands.Watching;

/// <summary>What somebody wants to be told of requests: kinds of <c>watch</c>, and counting by prefix.</summary>
[Flags]
internal enum WatchKinds
{
    None = 0,
    /// <summary>item_get: an item was looked up.</summary>
    Fetchers = 1 << 0,
    /// <summary>item_store: a value was stored, or was not.</summary>
    Mutations = 1 << 1,
    /// <summary>eviction: an item made room for others.</summary>
    Evictions = 1 << 2,
    /// <summary>deleted: an item was deleted.</summary>
    Deletions = 1 << 3,
    /// <summary>conn_new, conn_close.</summary>
    ConnectionEvents = 1 << 4,
    /// <summary>Request lines as they came.</summary>
    RawCommands = 1 << 5,
    /// <summary>What the server does by itself, or by order of an administrator.</summary>
    SystemEvents = 1 << 6,
    /// <summary><c>stats detail</c>; no watcher has it.</summary>
    Prefixes = 1 << 7,
    /// <summary><c>stats hotkeys</c>, in one turn of many; no watcher has it.</summary>
    Sampled = 1 << 8,
    /// <summary><c>stats slow</c>; no watcher has it.</summary>
    Timed = 1 << 9,
    /// <summary>-vv: requests and answers, clients that come and go; no watcher has it.</summary>
    Transcript = 1 << 10,
    /// <summary>-vvv: lookups as well; no watcher has it.</summary>
    Lookups = 1 << 11,

    /// <summary>What wants each request line by itself.</summary>
    EachRequest = RawCommands | Transcript,
}
