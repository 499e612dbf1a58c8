namespace Larder.Protocol.Meta;

/// <summary>
/// The flags of a meta command as a set: the bit of a letter is its ASCII code modulo 64, so that upper and lower case
/// stay apart and <see cref="MetaFlagSet.Of"/> needs no table.
/// </summary>
[Flags]
public enum MetaFlags : ulong
{
    /// <summary>No flag.</summary>
    None = 0,
    /// <summary>b: the key is base64.</summary>
    Base64Key = 1UL << ('b' & 63),
    /// <summary>c: return the cas value.</summary>
    ReturnCas = 1UL << ('c' & 63),
    /// <summary>f: return the client flags.</summary>
    ReturnClientFlags = 1UL << ('f' & 63),
    /// <summary>h: return whether the item was hit before.</summary>
    ReturnHit = 1UL << ('h' & 63),
    /// <summary>k: return the key.</summary>
    ReturnKey = 1UL << ('k' & 63),
    /// <summary>l: return the seconds since the last access.</summary>
    ReturnLastAccess = 1UL << ('l' & 63),
    /// <summary>q: quiet.</summary>
    Quiet = 1UL << ('q' & 63),
    /// <summary>s: return the value's length.</summary>
    ReturnSize = 1UL << ('s' & 63),
    /// <summary>t: return the seconds left.</summary>
    ReturnTtl = 1UL << ('t' & 63),
    /// <summary>u: do not count as an access.</summary>
    NoBump = 1UL << ('u' & 63),
    /// <summary>v: return the value.</summary>
    ReturnValue = 1UL << ('v' & 63),
    /// <summary>x: empty the value (md).</summary>
    ClearValue = 1UL << ('x' & 63),
    /// <summary>C(n): compare the cas value.</summary>
    CompareCas = 1UL << ('C' & 63),
    /// <summary>D(n): delta.</summary>
    Delta = 1UL << ('D' & 63),
    /// <summary>E(n): the cas value that the item gets.</summary>
    NewCas = 1UL << ('E' & 63),
    /// <summary>F(n): client flags.</summary>
    ClientFlags = 1UL << ('F' & 63),
    /// <summary>I: invalidate; a lower cas value stores as stale.</summary>
    Invalidate = 1UL << ('I' & 63),
    /// <summary>J(n): initial value.</summary>
    Initial = 1UL << ('J' & 63),
    /// <summary>L(text): ignored, for a proxy between.</summary>
    ProxyL = 1UL << ('L' & 63),
    /// <summary>M(c): mode.</summary>
    Mode = 1UL << ('M' & 63),
    /// <summary>N(ttl): create on a miss.</summary>
    Vivify = 1UL << ('N' & 63),
    /// <summary>O(text): opaque, echoed.</summary>
    Opaque = 1UL << ('O' & 63),
    /// <summary>P(text): ignored, for a proxy between.</summary>
    ProxyP = 1UL << ('P' & 63),
    /// <summary>R(ttl): win the recache if less is left.</summary>
    Recache = 1UL << ('R' & 63),
    /// <summary>T(ttl): set the exptime.</summary>
    Ttl = 1UL << ('T' & 63),
    /// <summary>W: only in replies, the client has won the recache.</summary>
    Won = 1UL << ('W' & 63),
    /// <summary>X: only in replies, the item is stale.</summary>
    Stale = 1UL << ('X' & 63),
    /// <summary>Z: only in replies, somebody else has won the recache.</summary>
    WonByOther = 1UL << ('Z' & 63),
}
