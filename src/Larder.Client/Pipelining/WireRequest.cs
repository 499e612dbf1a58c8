namespace Larder.Client.Pipelining;

/// <summary>A request as a dialect writes it, all but its key.</summary>
internal struct WireRequest
{
    public RequestKind Kind;
    public StoreMode Mode;
    public RequestTraits Traits;

    /// <summary>As the protocol counts it: 0 never, up to 30 days from now, else a UNIX time.</summary>
    public int Exptime;
    public int VivifyExptime;
    public int RecacheTtl;
    public uint ClientFlags;
    public ulong CompareCas;
    public ulong NewCas;
    public ulong Delta;
    public ulong Initial;

    /// <summary>Store: the value. Stats: which. Borrowed from the caller until the operation has ended.</summary>
    public ReadOnlyMemory<byte> Value;

    public readonly bool Has(RequestTraits traits) => (Traits & traits) != RequestTraits.None;

    /// <summary>Whether sending it cannot change anything at the server that a caller could miss.</summary>
    public readonly bool IsRead =>
        Kind is RequestKind.Get or RequestKind.Ping or RequestKind.Version or RequestKind.Stats
        && !Has(RequestTraits.Touch | RequestTraits.Vivify | RequestTraits.Recache);

    /// <summary>Whether doing it twice leaves and answers the same as doing it once, if nobody comes between.</summary>
    public readonly bool IsIdempotent => IsRead
        || (!Has(RequestTraits.CompareCas | RequestTraits.Vivify | RequestTraits.Recache)
            && (Kind is RequestKind.Get or RequestKind.Touch or RequestKind.Delete or RequestKind.Flush
                || (Kind == RequestKind.Store && Mode == StoreMode.Set)));
}
