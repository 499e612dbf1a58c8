namespace Larder.Protocol.Text;

/// <summary>How many bytes may wait for the end of a line.</summary>
public readonly struct TextLimits
{
    /// <summary>
    /// Without an LF among more bytes than this the connection is closed, except for get and gets (memcached).
    /// </summary>
    public const int LineLengthMaxDefault = 2048;

    /// <summary>
    /// The same for a line that begins with "get " or "gets ", which memcached lets grow without bound: 1 MiB holds
    /// four thousand of the longest keys.
    /// </summary>
    public const int GetLineLengthMaxDefault = 1 << 20;

    /// <summary>
    /// The spaces that may come before "get " for <see cref="GetLineLengthMax"/> to apply (memcached).
    /// </summary>
    public const int LeadingSpacesMax = 100;

    /// <summary>
    /// Token positions of which a classic command's arguments are remembered (memcached's MAX_TOKENS).
    /// </summary>
    public const int TokensMax = 24;

    /// <summary>The default limits.</summary>
    public TextLimits()
    {
    }

    /// <summary>Bytes without an LF, for all commands but get and gets.</summary>
    public int LineLengthMax { get; init; } = LineLengthMaxDefault;

    /// <summary>Bytes without an LF, for get and gets.</summary>
    public int GetLineLengthMax { get; init; } = GetLineLengthMaxDefault;
}
