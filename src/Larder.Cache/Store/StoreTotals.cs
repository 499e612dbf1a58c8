namespace Larder.Cache.Store;

/// <summary>What <c>stats</c> says of the store. A sum taken while others work: exact when nobody does.</summary>
public record struct StoreTotals
{
    /// <summary>Items now, with those whose time is over and that nobody has met yet.</summary>
    public long CurrentItems { get; set; }

    /// <summary>Items stored since the start.</summary>
    public long TotalItems { get; set; }

    /// <summary>Bytes of all items now in the store's own records (header, fields, key, value, padding).</summary>
    public long Bytes { get; set; }

    /// <summary>The limit, -m.</summary>
    public long LimitBytes { get; set; }

    /// <summary>Bytes mapped from the system: segments, index, reservations. Stays below the limit.</summary>
    public long MappedBytes { get; set; }

    /// <summary>Bytes of these that held large items and wait for the next ones.</summary>
    public long KeptBytes { get; set; }

    /// <summary>Items evicted.</summary>
    public long Evictions { get; set; }

    /// <summary>Items evicted that nobody had read.</summary>
    public long EvictedUnfetched { get; set; }

    /// <summary>Items evicted with hits that were not enough to stay.</summary>
    public long EvictedActive { get; set; }

    /// <summary>Items that went from the small queue to the main one.</summary>
    public long MovesToWarm { get; set; }

    /// <summary>Items that went to the end of the main queue once more.</summary>
    public long MovesWithinLru { get; set; }

    /// <summary>Items removed because their time was over or flush_all had come over them.</summary>
    public long Reclaimed { get; set; }

    /// <summary>Items whose time was over before anybody read them.</summary>
    public long ExpiredUnfetched { get; set; }

    /// <summary>Items removed by the background step.</summary>
    public long CrawlerReclaimed { get; set; }

    /// <summary>Items that the background step looked at.</summary>
    public long CrawlerItemsChecked { get; set; }

    /// <summary>Stores that found no memory.</summary>
    public long OutOfMemory { get; set; }

    /// <summary>Base-two logarithm of the index's slots, rounded down.</summary>
    public int HashPowerLevel { get; set; }

    /// <summary>Bytes of the index.</summary>
    public long HashBytes { get; set; }

    /// <summary>Bytes of one segment.</summary>
    public int SegmentBytes { get; set; }

    /// <summary>Segments mapped, with the free ones and those of large values.</summary>
    public int Segments { get; set; }

    /// <summary>Segments that wait for items.</summary>
    public int SegmentsFree { get; set; }

    /// <summary>Segments without items that a lease still keeps.</summary>
    public int SegmentsLeased { get; set; }

    /// <summary>Segments that were emptied for their memory since the start, by eviction or by compaction.</summary>
    public long SegmentsEmptied { get; set; }

    /// <summary>Segments that the background step walked over to the end, for what had expired in them.</summary>
    public long SegmentsSwept { get; set; }

    /// <summary>Records that it walked over.</summary>
    public long SweptRecords { get; set; }

    /// <summary>Bytes of the items that it removed there.</summary>
    public long SweptBytes { get; set; }

    /// <summary>Segments emptied in the background since most in them was dead; SegmentsEmptied has them too.</summary>
    public long SegmentsCompacted { get; set; }

    /// <summary>Bytes that moved from them to other segments.</summary>
    public long CompactedBytes { get; set; }

    /// <summary>
    /// Bytes of <see cref="Bytes"/> whose time is over, at most; told of 512 segments, where there are more of them.
    /// </summary>
    public long ExpiredBytes { get; set; }

    /// <summary>Bytes of records that no item has any more, or not yet: its value is coming.</summary>
    public long DeadBytes { get; set; }

    /// <summary>Open lanes for items with a short time.</summary>
    public int TimedLanes { get; set; }
    /// <summary>
    /// Steps of emptying that a store had to wait for, since the start: small beside <see cref="SegmentsEmptied"/>,
    /// since most segments are emptied before they are wanted.
    /// </summary>
    public long SegmentDemands { get; set; }

    /// <summary>Deleted prefixes of which items may still have memory.</summary>
    public int PrefixesInProgress { get; set; }

    /// <summary>Keys that were stored again soon after eviction had taken them from the small queue.</summary>
    public long GhostHits { get; set; }

    /// <summary>Bytes of the table that remembers those keys.</summary>
    public long GhostBytes { get; set; }

    /// <summary>Seconds since the older of those segments was begun that go next of each queue.</summary>
    public uint OldestAge { get; set; }
}
