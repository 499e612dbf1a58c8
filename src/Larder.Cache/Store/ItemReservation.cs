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
    private readonly ItemHeader* _item;     // owner: the connection; the record in Block

    internal ItemReservation(Segment block, ulong hash, in StoreRequest request, int valueLength)
    {
        Block = block;
        Hash = hash;
        Request = request;
        ValueLength = valueLength;
        _item = (ItemHeader*)(block.Base + Segment.HeaderSize);
    }

    internal Segment? Block { get; }

    internal ulong Hash { get; }

    internal StoreRequest Request { get; }

    /// <summary>True between Reserve and Commit or Abandon.</summary>
    public readonly bool IsHeld => Block is not null;

    /// <summary>Bytes of the value.</summary>
    public int ValueLength { get; }

    /// <summary>Bytes received so far, with those of the terminator.</summary>
    public int Received { get; private set; }

    /// <summary>The value's place; its content is undefined until it was received.</summary>
    public readonly Span<byte> Value => Wire[..ValueLength];

    /// <summary>
    /// The place of the value and of two more bytes, for CR LF as it follows a value in the text and meta protocol.
    /// The commit does not check them: the caller does, and abandons a bad data chunk.
    /// </summary>
    public readonly Span<byte> Wire
    {
        get
        {
            if (_item == null) return default;
            byte* start = ItemHeader.KeyStart(_item) + _item->KeyLength;
            return new Span<byte>(start, ValueLength + ItemHeader.TerminatorSize);
        }
    }

    /// <summary>Where the next bytes of <see cref="Wire"/> go; empty when all have come.</summary>
    public readonly Span<byte> Remaining => Wire[Received..];

    /// <summary>The key.</summary>
    public readonly ReadOnlySpan<byte> Key => _item == null ? default : ItemHeader.Key(_item);

    /// <summary>
    /// Notes that <paramref name="count"/> bytes were written at the beginning of <see cref="Remaining"/>.
    /// </summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Remaining.Length, nameof(count));
        Received += count;
    }
}
