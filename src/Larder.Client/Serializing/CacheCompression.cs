namespace Larder.Client.Serializing;

/// <summary>How long values are packed. The numbers stand in the flags of stored values: they never change.</summary>
public enum CacheCompression : byte
{
    /// <summary>As they are.</summary>
    None = 0,
    /// <summary>Brotli (RFC 7932), at a quick level.</summary>
    Brotli = 1,
    /// <summary>Deflate (RFC 1951), without a header.</summary>
    Deflate = 2,
}
