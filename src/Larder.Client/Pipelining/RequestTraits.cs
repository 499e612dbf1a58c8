namespace Larder.Client.Pipelining;

/// <summary>What a request has beside its kind. Which of them a dialect can say differs.</summary>
[Flags]
internal enum RequestTraits : ushort
{
    None = 0,
    /// <summary>Get: sets <see cref="WireRequest.Exptime"/>.</summary>
    Touch = 1,
    /// <summary>Returns the cas value.</summary>
    WithCas = 1 << 1,
    /// <summary>Returns the seconds left.</summary>
    WithTtl = 1 << 2,
    /// <summary>Does not count as an access.</summary>
    NoBump = 1 << 3,
    /// <summary>Creates on a miss with <see cref="WireRequest.VivifyExptime"/>.</summary>
    Vivify = 1 << 4,
    /// <summary>Wins below <see cref="WireRequest.RecacheTtl"/>.</summary>
    Recache = 1 << 5,
    /// <summary>Compares <see cref="WireRequest.CompareCas"/>.</summary>
    CompareCas = 1 << 6,
    /// <summary>Sets <see cref="WireRequest.NewCas"/>.</summary>
    NewCas = 1 << 7,
    /// <summary>Store: an older cas value stores as stale. Delete: marks as stale instead.</summary>
    Stale = 1 << 8,
    /// <summary>Count: creates with <see cref="WireRequest.Initial"/> as initial value.</summary>
    Initial = 1 << 9,
    /// <summary>Count: down.</summary>
    Down = 1 << 10,
    /// <summary>Get: all but the value.</summary>
    NoValue = 1 << 11,
    /// <summary>What only the meta protocol knows.</summary>
    MetaOnly = NoValue | WithTtl | NoBump | Vivify | Recache | NewCas | Stale,
}
