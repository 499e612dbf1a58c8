namespace Larder.Protocol.Text;

/// <summary>
/// The commands of memcached's classic text and meta protocols. Names on the wire are case-sensitive.
/// </summary>
public enum TextCommand : byte
{
    /// <summary>No command of ours: answered ERROR.</summary>
    Unknown,
    /// <summary>get key*: values without cas.</summary>
    Get,
    /// <summary>gets key*: values with cas.</summary>
    Gets,
    /// <summary>gat exptime key*: get and touch.</summary>
    Gat,
    /// <summary>gats exptime key*: gets and touch.</summary>
    Gats,
    /// <summary>set: store always.</summary>
    Set,
    /// <summary>add: store if absent.</summary>
    Add,
    /// <summary>replace: store if present.</summary>
    Replace,
    /// <summary>append: put behind the value.</summary>
    Append,
    /// <summary>prepend: put before the value.</summary>
    Prepend,
    /// <summary>cas: store if unchanged.</summary>
    Cas,
    /// <summary>delete key.</summary>
    Delete,
    /// <summary>incr key delta.</summary>
    Incr,
    /// <summary>decr key delta.</summary>
    Decr,
    /// <summary>touch key exptime.</summary>
    Touch,
    /// <summary>flush_all [exptime].</summary>
    FlushAll,
    /// <summary>version.</summary>
    Version,
    /// <summary>verbosity level.</summary>
    Verbosity,
    /// <summary>quit.</summary>
    Quit,
    /// <summary>stats [name [arguments]].</summary>
    Stats,
    /// <summary>cache_memlimit megabytes.</summary>
    CacheMemlimit,
    /// <summary>shutdown [graceful].</summary>
    Shutdown,
    /// <summary>slabs reassign, automove.</summary>
    Slabs,
    /// <summary>lru tune, mode, temp_ttl.</summary>
    Lru,
    /// <summary>lru_crawler enable, disable, sleep, tocrawl, crawl, metadump, mgdump.</summary>
    LruCrawler,
    /// <summary>watch [types].</summary>
    Watch,
    /// <summary>refresh_certs.</summary>
    RefreshCerts,
    /// <summary>extstore: settings of the disk tier.</summary>
    Extstore,
    /// <summary>debugtime n, p or r: moves the server's clock; behind a switch of the server.</summary>
    DebugTime,
    /// <summary>larder_delete_prefix prefix: ours; all keys that begin so are gone.</summary>
    LarderDeletePrefix,
    /// <summary>mg: meta get.</summary>
    MetaGet,
    /// <summary>ms: meta set.</summary>
    MetaSet,
    /// <summary>md: meta delete.</summary>
    MetaDelete,
    /// <summary>ma: meta arithmetic.</summary>
    MetaArithmetic,
    /// <summary>me: meta debug.</summary>
    MetaDebug,
    /// <summary>mn: meta no-op.</summary>
    MetaNoop,
}
