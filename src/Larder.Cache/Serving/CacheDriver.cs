namespace Larder.Cache.Serving;

/// <summary>Which driver steps the connections of a cache server. Both run the same connection code.</summary>
public enum CacheDriver
{
    /// <summary>Front ends: each thread owns its connections for life. The cache's default.</summary>
    FrontEnds,

    /// <summary>One one-shot queue that all workers share; a worker owns the connection that it took.</summary>
    Queue,
}
