namespace Larder.Bench;

/// <summary>The running totals of one load thread. owner: that thread; others read what it hands out.</summary>
internal sealed class LoadTally
{
    public long Requests { get; set; }

    public long Hits { get; set; }

    public long Misses { get; set; }

    public long Stored { get; set; }

    public long Errors { get; set; }

    public long WrongValues { get; set; }

    public long BytesReceived { get; set; }

    /// <summary>The totals now.</summary>
    public LoadCounts Read() => new(Requests, Hits, Misses, Stored, Errors, WrongValues, BytesReceived);
}
