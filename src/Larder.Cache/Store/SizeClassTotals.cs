namespace Larder.Cache.Store;

/// <summary>What <c>stats items</c> says of one of memcached's size classes. A sum taken while others work.</summary>
public record struct SizeClassTotals
{
    /// <summary>Items now.</summary>
    public long Number { get; set; }

    /// <summary>Bytes of these items in the store's own records (header, key, value, CR LF, padding).</summary>
    public long MemRequested { get; set; }

    /// <summary>Items evicted.</summary>
    public long Evicted { get; set; }

    /// <summary>Of these, items with an expiry time.</summary>
    public long EvictedNonzero { get; set; }

    /// <summary>Of these, items that nobody had read.</summary>
    public long EvictedUnfetched { get; set; }

    /// <summary>Seconds between the last access and the eviction of the item evicted last.</summary>
    public long EvictedTime { get; set; }

    /// <summary>Of these, items with hits that were not enough to stay.</summary>
    public long EvictedActive { get; set; }

    /// <summary>Items that went from the small queue to the main one.</summary>
    public long MovesToWarm { get; set; }

    /// <summary>Items that went to the end of the main queue once more.</summary>
    public long MovesWithinLru { get; set; }

    /// <summary>Stores that found no memory.</summary>
    public long OutOfMemory { get; set; }

    /// <summary>Items removed because their time was over or flush_all had come over them.</summary>
    public long Reclaimed { get; set; }

    /// <summary>Items whose time was over before anybody read them.</summary>
    public long ExpiredUnfetched { get; set; }

    /// <summary>Items removed by the background step (also counted in <see cref="Reclaimed"/>).</summary>
    public long CrawlerReclaimed { get; set; }

    /// <summary>Items that the background step looked at.</summary>
    public long CrawlerItemsChecked { get; set; }
}
