namespace Larder.Objects.Scrubbing;

/// <summary>How stored bytes are compared with their digests in the background. Not changed after the start.</summary>
public sealed class ScrubOptions
{
    /// <summary>
    /// Time from the beginning of a pass over a device to the next. Bits rot slowly; a month finds them before the
    /// other copies have rotted, too.
    /// </summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Bytes read from each device in a second; 1 or more. 8 MiB are a twentieth of what a disk can, and 20 TB in a
    /// month.
    /// </summary>
    public long BytesPerSecond { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Whether another process reads the devices: this one only tells how far that is, by what it writes down once a
    /// minute.
    /// </summary>
    public bool OnlyWatches { get; init; }

    /// <summary>Whether files without a digest that have been quiet for an hour get one.</summary>
    public bool AddsDigests { get; init; }
}
