namespace Larder.Protocol.Http;

/// <summary>What <see cref="ChunkedReader"/> found in its input.</summary>
public enum ChunkedStatus : byte
{
    /// <summary>All input is consumed, and more is needed.</summary>
    Incomplete,

    /// <summary>A piece of the body; ask again with what is behind it.</summary>
    Data,

    /// <summary>The body has ended, its trailers are read. What is behind belongs to the next request.</summary>
    Complete,

    /// <summary>No chunks: answer <see cref="ChunkedReader.Error"/> and close.</summary>
    Failed,
}
