namespace Larder.Protocol.Text;

/// <summary>One reply of the classic protocol. Spans borrow the input of <see cref="TextResponseReader"/>.</summary>
public ref struct TextReply
{
    /// <summary>What it is.</summary>
    public TextReplyKind Kind { get; internal set; }

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

    /// <summary>The key of a VALUE, the name of a STAT.</summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>
    /// The value of a VALUE; the text behind the first word of STAT (behind its name), VERSION and the errors.
    /// </summary>
    public ReadOnlySpan<byte> Value { get; internal set; }

    /// <summary>The client flags of a VALUE.</summary>
    public uint ClientFlags { get; internal set; }

    /// <summary>The cas value of a VALUE, if <see cref="HasCas"/>.</summary>
    public ulong Cas { get; internal set; }

    /// <summary>Whether the VALUE has a cas value.</summary>
    public bool HasCas { get; internal set; }

    /// <summary>The number of <see cref="TextReplyKind.Number"/>.</summary>
    public ulong Number { get; internal set; }

    /// <summary>Whether it is ERROR, CLIENT_ERROR or SERVER_ERROR.</summary>
    public readonly bool IsError => Kind >= TextReplyKind.Error;
}
