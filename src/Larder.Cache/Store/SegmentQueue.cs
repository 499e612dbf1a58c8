namespace Larder.Cache.Store;

/// <summary>Which of S3-FIFO's queues a segment stands in.</summary>
internal enum SegmentQueue
{
    /// <summary>New items, about a tenth of the memory: what nobody wants again leaves soon.</summary>
    Small,

    /// <summary>Items that were wanted again.</summary>
    Main,
}
