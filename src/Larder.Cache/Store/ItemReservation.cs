namespace Larder.Cache.Store;

/// <summary>
/// A place for a value that is still coming, made by <c>ItemStore.Reserve</c>: receive into
/// <see cref="Remaining"/>, say how much with <see cref="Advance"/>, then <c>ItemStore.Commit</c> or
/// <c>ItemStore.Abandon</c>; exactly one of the two, before the store is disposed of. It belongs to one
/// connection (pass it by reference, do not copy it) and may wait there for any time; nobody else sees the value before
/// the commit, and the key's old item stays readable until then. The default value is empty.
/// </summary>
public unsafe struct ItemReservation
{
    internal ItemReservation(PendingRecord record, ulong hash, in StoreRequest request)
    {
        Record = record;
        Hash = hash;
        Request = request;
        ValueLength = record.ValueLength;
    }

    internal PendingRecord Record { get; }

    internal ulong Hash { get; }

    internal StoreRequest Request { get; }

    /// <summary>True between Reserve and Commit or Abandon.</summary>
    public readonly bool IsHeld => Record.IsHeld;

    /// <summary>Bytes of the value.</summary>
    public int ValueLength { get; }

    /// <summary>Bytes received so far.</summary>
    public int Received { get; private set; }

    /// <summary>The value's place; its content is undefined until it was received.</summary>
    public readonly Span<byte> Value => IsHeld ? ItemHeader.Value(Record.Item) : default;

    /// <summary>Where the next bytes of the value go; empty when all have come.</summary>
    public readonly Span<byte> Remaining => Value[Received..];

    /// <summary>The key.</summary>
    public readonly ReadOnlySpan<byte> Key => IsHeld ? ItemHeader.Key(Record.Item) : default;

    /// <summary>
    /// Notes that <paramref name="count"/> bytes were written at the beginning of <see cref="Remaining"/>.
    /// </summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Remaining.Length, nameof(count));
        Received += count;
    }
}
