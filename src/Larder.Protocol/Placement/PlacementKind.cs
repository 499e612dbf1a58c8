namespace Larder.Protocol.Placement;

/// <summary>
/// Where keys go: the rule of one program, or Larder's own. docs/protocol/placement.md tells which one matches which
/// setting of which client. Where weights are not named they are refused.
/// </summary>
public enum PlacementKind
{
    /// <summary>
    /// The default for new clusters: the highest score of XXH3 of key and server name. Weights are respected, a change
    /// of the list moves only the keys of the server that came or left, and its order does not matter.
    /// </summary>
    Rendezvous,

    /// <summary>Couchbase's: the key's bucket by CRC, the bucket's server by a <see cref="BucketMap"/>.</summary>
    VirtualBuckets,

    /// <summary>libmemcached's default: hash modulo the number of servers. Weights are ignored.</summary>
    LibmemcachedModula,

    /// <summary>
    /// libmemcached's CONSISTENT and KETAMA: 100 points a server by the hash of the keys. A weight above 1 makes it the
    /// ring of <see cref="LibmemcachedKetamaWeighted"/> with this hash for keys, silently, as libmemcached does.
    /// </summary>
    LibmemcachedKetama,

    /// <summary>libmemcached's KETAMA_WEIGHTED: about 160 points of MD5 a server. Weights are respected.</summary>
    LibmemcachedKetamaWeighted,

    /// <summary>libmemcached's KETAMA_SPY: as <see cref="LibmemcachedKetama"/> with <c>/host:port</c>.</summary>
    LibmemcachedSpy,

    /// <summary>KETAMA_WEIGHTED, then KETAMA_SPY. Weights are respected.</summary>
    LibmemcachedSpyWeighted,

    /// <summary>The first ketama, of last.fm: 160 points of MD5 of <c>host:port</c>. Weights are respected.</summary>
    Libketama,

    /// <summary>twemproxy's ketama: the ring of MD5 whatever hash the keys have. Weights are respected.</summary>
    TwemproxyKetama,

    /// <summary>
    /// twemproxy's modula: hash modulo the sum of weights, servers in the order of their names (shorter ones first).
    /// </summary>
    TwemproxyModula,

    /// <summary>spymemcached's KETAMA_HASH with its own key format. Weights are respected.</summary>
    Spymemcached,

    /// <summary>spymemcached's KETAMA_HASH with the LIBMEMCACHED key format. Weights are respected.</summary>
    SpymemcachedLibmemcached,

    /// <summary>EVCache: the ring of <c>host/address:11211</c>, whatever the port is.</summary>
    EvCache,

    /// <summary>dalli's ring of SHA-1, looked up downwards. Weights are respected.</summary>
    Dalli,

    /// <summary>EnyimMemcachedCore's default locator: 100 points of FNV-1a a server.</summary>
    EnyimCore,

    /// <summary>EnyimMemcached's ketama locator, which sends keys below the first point to the last.</summary>
    EnyimKetama,

    /// <summary>pymemcache's HashClient: rendezvous by MurmurHash3 of <c>host:port-key</c>.</summary>
    Pymemcache,

    /// <summary>mcrouter's default, Ch3: servers can be added and removed only at the end of the list.</summary>
    McrouterCh3,

    /// <summary>mcrouter's Crc32: modulo the number of servers.</summary>
    McrouterCrc32,

    /// <summary>memcached's proxy with its default, jump hash over XXH3: only the end of the list can change.</summary>
    ProxyJump,

    /// <summary>memcached's proxy with ring_hash, omode default: 160 points of XXH3.</summary>
    ProxyRing,

    /// <summary>memcached's proxy with ring_hash, omode ketama.</summary>
    ProxyKetama,

    /// <summary>memcached's proxy with ring_hash, omode twemproxy.</summary>
    ProxyTwemproxy,

    /// <summary>memcached's proxy with ring_hash, omode evcache.</summary>
    ProxyEvCache,

    /// <summary>gomemcache: CRC-32 modulo the number of servers.</summary>
    Gomemcache,

    /// <summary>
    /// What the first clients do: fifteen bits of CRC-32 modulo the sum of weights. Perl's Cache::Memcached,
    /// python-memcached, PHP's memcache.
    /// </summary>
    Classic,
}
