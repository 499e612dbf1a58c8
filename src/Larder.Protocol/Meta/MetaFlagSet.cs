namespace Larder.Protocol.Meta;

/// <summary>Facts on <see cref="MetaFlags"/>: letters to bits, and which letters a request may carry.</summary>
public static class MetaFlagSet
{
    /// <summary>
    /// All that memcached accepts in a request, whatever the command; what a command has no use for it ignores.
    /// </summary>
    public const MetaFlags Request = MetaFlags.Base64Key | MetaFlags.ReturnCas | MetaFlags.ReturnClientFlags
        | MetaFlags.ReturnHit | MetaFlags.ReturnKey | MetaFlags.ReturnLastAccess | MetaFlags.Quiet
        | MetaFlags.ReturnSize
        | MetaFlags.ReturnTtl | MetaFlags.NoBump | MetaFlags.ReturnValue | MetaFlags.ClearValue | MetaFlags.CompareCas
        | MetaFlags.Delta | MetaFlags.NewCas | MetaFlags.ClientFlags | MetaFlags.Invalidate | MetaFlags.Initial
        | MetaFlags.ProxyL | MetaFlags.Mode | MetaFlags.Vivify | MetaFlags.Opaque | MetaFlags.ProxyP | MetaFlags.Recache
        | MetaFlags.Ttl;

    /// <summary>The flags whose token is a number or a mode and is decoded.</summary>
    internal const MetaFlags WithToken = MetaFlags.CompareCas | MetaFlags.Delta | MetaFlags.NewCas
        | MetaFlags.ClientFlags | MetaFlags.Initial | MetaFlags.Mode | MetaFlags.Vivify | MetaFlags.Recache
        | MetaFlags.Ttl | MetaFlags.Opaque;

    /// <summary>The flags that make the reply longer.</summary>
    public const MetaFlags Returning = MetaFlags.ReturnCas | MetaFlags.ReturnClientFlags | MetaFlags.ReturnHit
        | MetaFlags.ReturnKey | MetaFlags.ReturnLastAccess | MetaFlags.ReturnSize | MetaFlags.ReturnTtl
        | MetaFlags.Opaque;

    /// <summary>The bit of a letter.</summary>
    /// <param name="letter">An ASCII letter.</param>
    /// <returns>Its bit; None for every other byte.</returns>
    public static MetaFlags Of(byte letter) =>
        (uint)((letter | 0x20) - 'a') <= 'z' - 'a' ? (MetaFlags)(1UL << (letter & 63)) : MetaFlags.None;
}
