namespace Larder.Cache.Store;

/// <summary>
/// A place for a value that is still coming, made by <see cref="ItemStore.Reserve"/>: receive into
/// <see cref="Remaining"/>, say how much with <see cref="Advance"/>, then <see cref="ItemStore.Commit"/> or
/// <see cref="ItemStore.Abandon"/>; exactly one of the two, before the store is disposed of. It belongs to one
/// connection (pass it by reference, do not copy it) and may wait there for any time; nobody else sees the value before
/// the commit, and the key's old item stays readable until then. The default value is empty.
/// </summary>
public unsafe struct ItemReservation
{
    internal Segment? Block;            // owner: the connection
    internal ItemHeader* Item;          // owner: the connection; inside Block
    internal ulong Hash;                // owner: the connection
    internal StoreRequest Request;      // owner: the connection

    /// <summary>True between Reserve and Commit or Abandon.</summary>
    public readonly bool IsHeld => Block is not null;

    /// <summary>Bytes of the value.</summary>
    public int ValueLength { get; internal set; }

    /// <summary>Bytes received so far, with those of the terminator.</summary>
    public int Received { get; private set; }

    /// <summary>The value's place; its content is undefined until it was received.</summary>
    public readonly Span<byte> Value => Wire[..ValueLength];

    /// <summary>
    /// The place of the value and of two more bytes, for CR LF as it comes behind a value in the text and meta protocol.
    /// The commit does not check them: the caller does, and abandons a bad data chunk.
    /// </summary>
    public readonly Span<byte> Wire
    {
        get
        {
            if (Item == null) return default;
            byte* start = (byte*)Item + ItemHeader.Size + Item->KeyLength;
            return new Span<byte>(start, ValueLength + ItemHeader.TerminatorSize);
        }
    }

    /// <summary>Where the next bytes of <see cref="Wire"/> go; empty when all have come.</summary>
    public readonly Span<byte> Remaining => Wire[Received..];

    /// <summary>The key.</summary>
    public readonly ReadOnlySpan<byte> Key => Item == null ? default : ItemHeader.Key(Item);

    /// <summary>Notes that <paramref name="count"/> bytes were written at the beginning of <see cref="Remaining"/>.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Remaining.Length, nameof(count));
        Received += count;
    }
}
