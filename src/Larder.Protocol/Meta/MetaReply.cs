namespace Larder.Protocol.Meta;

/// <summary>One reply of the meta protocol. Spans borrow the input of <see cref="MetaResponseReader"/>.</summary>
public ref struct MetaReply
{
    /// <summary>What it is.</summary>
    public MetaReplyKind Kind { get; internal set; }

    /// <summary>Bytes of the line with its end. Known before the value has come; 0 while it is not.</summary>
    public int HeaderLength { get; internal set; }

    /// <summary>Bytes of the value without its CR LF, 0 for a reply that has none.</summary>
    public int ValueLength { get; internal set; }

    /// <summary>
    /// Bytes of the whole reply: line, value and the value's CR LF. With the status Incomplete and a known
    /// <see cref="HeaderLength"/> it says how many bytes there must be.
    /// </summary>
    public long TotalLength { get; internal set; }

    /// <summary>The line without its end.</summary>
    public ReadOnlySpan<byte> Line { get; internal set; }

    /// <summary>The value of VA.</summary>
    public ReadOnlySpan<byte> Value { get; internal set; }

    /// <summary>
    /// The text behind the letters, or behind VA's length: return flags, an error's text, me's pairs.
    /// </summary>
    public ReadOnlySpan<byte> FlagText { get; internal set; }

    /// <summary>The return flags in the order sent.</summary>
    public readonly MetaFlagTokens FlagTokens => new(FlagText);

    /// <summary>Whether it is ERROR, CLIENT_ERROR or SERVER_ERROR.</summary>
    public readonly bool IsError => Kind >= MetaReplyKind.Error;

    /// <summary>Finds a return flag.</summary>
    /// <param name="flag">The letter.</param>
    /// <param name="token">The text behind it, or empty.</param>
    /// <returns>False if the reply does not have it.</returns>
    public readonly bool TryGetFlag(byte flag, out ReadOnlySpan<byte> token)
    {
        foreach (MetaFlagTokens found in FlagTokens)
        {
            if (found.Flag == flag)
            {
                token = found.Token;
                return true;
            }
        }
        token = default;
        return false;
    }
}
