namespace Larder.Client;

/// <summary>How an operation ended, and what its reply said beside the value.</summary>
public readonly struct CacheResult : IEquatable<CacheResult>
{
    /// <summary>How it ended.</summary>
    public CacheStatus Status { get; init; }

    /// <summary>The item is stale: it was invalidated, and somebody should make it anew.</summary>
    public bool IsStale { get; init; }

    /// <summary>
    /// This caller, and no other one in any process, is to make the value anew (meta's W): after a miss that created
    /// an empty item, for a stale item, or for one whose time is nearly over.
    /// </summary>
    public bool IsWinner { get; init; }

    /// <summary>Somebody else is making the value anew (meta's Z).</summary>
    public bool HasOtherWinner { get; init; }

    /// <summary>The item's client flags; 0 unless <see cref="CacheStatus.Hit"/>.</summary>
    public uint ClientFlags { get; init; }

    /// <summary>The item's cas value, if it was asked for; else 0.</summary>
    public ulong Cas { get; init; }

    /// <summary>The number that a count led to.</summary>
    public ulong Number { get; init; }

    /// <summary>Seconds that the item has left, if they were asked for; -1 for ever.</summary>
    public int TtlSeconds { get; init; }

    /// <summary>Bytes of the value, 0 for what has none.</summary>
    public int ValueLength { get; init; }

    /// <summary>What went wrong, in words of the server or of the system; null unless <see cref="IsError"/>.</summary>
    public string? Message { get; init; }

    /// <summary>The server that was asked last; null before one was.</summary>
    public string? Server { get; init; }

    /// <summary>Whether a read found the key.</summary>
    public bool IsHit => Status == CacheStatus.Hit;

    /// <summary>
    /// Whether the wish was fulfilled: <see cref="CacheStatus.Hit"/> or <see cref="CacheStatus.Done"/>.
    /// </summary>
    public bool IsSuccess => Status <= CacheStatus.Done;

    /// <summary>Whether something failed, so that nothing is known about the key.</summary>
    public bool IsError => Status >= CacheStatus.TooLarge;

    /// <summary>Compares all members.</summary>
    public static bool operator ==(CacheResult left, CacheResult right) => left.Equals(right);

    /// <summary>Compares all members.</summary>
    public static bool operator !=(CacheResult left, CacheResult right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(CacheResult other) => Status == other.Status && IsStale == other.IsStale
        && IsWinner == other.IsWinner && HasOtherWinner == other.HasOtherWinner && ClientFlags == other.ClientFlags
        && Cas == other.Cas && Number == other.Number && TtlSeconds == other.TtlSeconds
        && ValueLength == other.ValueLength && Message == other.Message && Server == other.Server;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CacheResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Status, Cas, Number, ClientFlags);

    /// <summary>For people: the status, and what went wrong.</summary>
    public override string ToString() => Message is null ? Status.ToString() : $"{Status} ({Server}): {Message}";
}
