using Larder.Protocol.Http;

namespace Larder.Protocol.Mogile;

/// <summary>
/// One line of the side-channel, read. All spans borrow the input of <see cref="SideRequestReader"/> or its scratch
/// space, and die with them.
/// </summary>
public ref struct SideRequest
{
    /// <summary>What it asks for.</summary>
    public SideCommand Command { get; internal set; }

    /// <summary>Bytes that the line takes in the input, with its end. 0 unless the status is Complete.</summary>
    public int LineLength { get; internal set; }

    /// <summary>
    /// When the status is Incomplete: the bytes that hold no LF. The next call on the same line, grown longer, may pass
    /// this as its <c>scanFrom</c>.
    /// </summary>
    public int ScannedLength { get; internal set; }

    /// <summary>The first word, as the answer to an unknown command repeats it: visible ASCII, may be empty.</summary>
    public ReadOnlySpan<byte> Word { get; internal set; }

    /// <summary>The path of Size, Md5 and Sha1, as sent: replies begin with it.</summary>
    public ReadOnlySpan<byte> Path { get; internal set; }

    /// <summary>The same path, to look the file up.</summary>
    public HttpPath File { get; internal set; }

    /// <summary>Why a digest is wanted: one word, or empty.</summary>
    public ReadOnlySpan<byte> Reason { get; internal set; }

    /// <summary>
    /// The digest is wanted for a check of the file system: from the disk, one at a time, at low priority.
    /// </summary>
    public readonly bool IsFsck => Reason.SequenceEqual("fsck"u8);

    /// <summary>What Scrub wants.</summary>
    public SideScrub Scrub { get; internal set; }

    /// <summary>The device of Scrub; -1 for all.</summary>
    public int Device { get; internal set; }

    /// <summary>The number of AioThreads, 1..100; 0 for one that is to be ignored.</summary>
    public int ThreadCount { get; internal set; }
}
