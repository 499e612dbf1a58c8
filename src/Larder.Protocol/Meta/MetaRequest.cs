using Larder.Protocol.Text;

namespace Larder.Protocol.Meta;

/// <summary>
/// One meta request, read. Spans borrow the request line, a base64 key the buffer given to the reader. A number whose
/// flag did not come has its default (delta 1, all others 0); ask <see cref="Flags"/>.
/// </summary>
/// <remarks>
/// An error of a meta command is always sent, even with q: swallow <see cref="SkipLength"/> bytes behind the line, then
/// send <see cref="RequestErrors.Line"/>.
/// </remarks>
public ref struct MetaRequest
{
    /// <summary>What is wrong, or None.</summary>
    public RequestError Error { get; internal set; }

    /// <summary>The flags that came.</summary>
    public MetaFlags Flags { get; internal set; }

    /// <summary>The key, 1..250 bytes; decoded when <see cref="MetaFlags.Base64Key"/> is set.</summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>The key as it stood on the wire.</summary>
    public ReadOnlySpan<byte> KeyText { get; internal set; }

    /// <summary>The flags as they stood on the wire, for <see cref="FlagTokens"/>.</summary>
    public ReadOnlySpan<byte> FlagText { get; internal set; }

    /// <summary>Text behind O, without it; 0..31 bytes.</summary>
    public ReadOnlySpan<byte> Opaque { get; internal set; }

    /// <summary>Bytes of ms's data block without its CR LF; -1 for the other commands.</summary>
    public int ValueLength { get; internal set; }

    /// <summary>Bytes behind the line to swallow before the error is sent: value and CR LF, or 0.</summary>
    public int SkipLength { get; internal set; }

    /// <summary>T: exptime in seconds, as in <see cref="TextRequest.Exptime"/>.</summary>
    public int Exptime { get; internal set; }

    /// <summary>N: exptime of the item that is created on a miss.</summary>
    public int VivifyExptime { get; internal set; }

    /// <summary>R: win the recache if fewer seconds are left.</summary>
    public int RecacheTtl { get; internal set; }

    /// <summary>C: the cas value to compare with.</summary>
    public ulong CompareCas { get; internal set; }

    /// <summary>E: the cas value that the stored item gets.</summary>
    public ulong NewCas { get; internal set; }

    /// <summary>F: client flags.</summary>
    public uint ClientFlags { get; internal set; }

    /// <summary>J: the number that ma creates with N.</summary>
    public ulong Initial { get; internal set; }

    /// <summary>D: what ma adds or takes.</summary>
    public ulong Delta { get; internal set; }

    /// <summary>M: what ms or ma does; for the other commands Set.</summary>
    public MetaMode Mode { get; internal set; }

    /// <summary>q: suppress the reply that this command is quiet about.</summary>
    public readonly bool IsQuiet => Has(MetaFlags.Quiet);

    /// <summary>Whether the reply has flags, so that a constant will not do.</summary>
    public readonly bool HasReturnFlags => (Flags & MetaFlagSet.Returning) != MetaFlags.None;

    /// <summary>The flags in the order sent: return flags are answered in this order, then Z, X, W.</summary>
    public readonly MetaFlagTokens FlagTokens => new(FlagText);

    /// <summary>Whether one of these flags came.</summary>
    /// <param name="flags">One or more flags.</param>
    /// <returns>True if any is set.</returns>
    public readonly bool Has(MetaFlags flags) => (Flags & flags) != MetaFlags.None;
}
