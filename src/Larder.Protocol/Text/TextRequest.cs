namespace Larder.Protocol.Text;

/// <summary>
/// One request line, read. All spans borrow the input of <see cref="TextRequestReader"/> and die with it. What a
/// command does not have keeps its default. A meta command carries only <see cref="Command"/>, <see cref="Line"/> and
/// <see cref="LineLength"/>; <see cref="Meta.MetaRequestReader"/> reads the rest of it.
/// </summary>
/// <remarks>
/// What to do with an error: swallow <see cref="SkipLength"/> bytes behind the line, then send
/// <see cref="RequestErrors.Line"/>, unless <see cref="NoReply"/> is set. The reader sets NoReply only if memcached
/// recognises it before the error.
/// </remarks>
public ref struct TextRequest
{
    /// <summary>Which command.</summary>
    public TextCommand Command { get; internal set; }

    /// <summary>What is wrong, or None.</summary>
    public RequestError Error { get; internal set; }

    /// <summary>The client wants no answer, neither good nor bad.</summary>
    public bool NoReply { get; internal set; }

    /// <summary>Bytes that the line takes in the input, with its end. 0 unless the status is Complete.</summary>
    public int LineLength { get; internal set; }

    /// <summary>
    /// When the status is Incomplete: the bytes that hold no LF. The next call on the same line, grown longer, may pass
    /// this as its <c>scanFrom</c>.
    /// </summary>
    public int ScannedLength { get; internal set; }

    /// <summary>Bytes of the data block behind the line without its CR LF, or -1 for a command that has none.</summary>
    public int ValueLength { get; internal set; }

    /// <summary>Bytes behind the line to swallow before the error is sent: value and CR LF, or 0.</summary>
    public int SkipLength { get; internal set; }

    /// <summary>The line without its end.</summary>
    public ReadOnlySpan<byte> Line { get; internal set; }

    /// <summary>The first key, 1..250 bytes.</summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>The client flags of a storage command, cut to 32 bits.</summary>
    public uint ClientFlags { get; internal set; }

    /// <summary>
    /// Seconds as sent, for storage commands, gat, gats, touch and flush_all (0: now): 0 never, negative at once, up to
    /// 2592000 relative, above that absolute UNIX time.
    /// </summary>
    public int Exptime { get; internal set; }

    /// <summary>The cas value of the cas command.</summary>
    public ulong Cas { get; internal set; }

    /// <summary>The delta of incr and decr.</summary>
    public ulong Delta { get; internal set; }

    /// <summary>The level of verbosity, as sent.</summary>
    public uint Level { get; internal set; }

    /// <summary>Whether keys follow the first one.</summary>
    public readonly bool HasMoreKeys => !Rest.IsEmpty;

    /// <summary>All keys of get, gets, gat and gats.</summary>
    public readonly TextKeys Keys => Line.Overlaps(Key, out int start) ? new(Line[start..]) : default;

    /// <summary>
    /// What follows the name of an administrative command (stats, slabs, lru, ...), with a noreply if there is one.
    /// </summary>
    public readonly TextTokens Arguments => new(Rest);

    /// <summary>Text behind the first key or, without keys, behind the command's name; no spaces around it.</summary>
    internal ReadOnlySpan<byte> Rest { get; set; }
}
