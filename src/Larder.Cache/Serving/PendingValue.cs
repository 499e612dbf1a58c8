using Larder.Cache.Store;

namespace Larder.Cache.Serving;

/// <summary>
/// A storage request whose value is still coming. Made when a value does not stand in the buffer whole; idle
/// connections have none. Owned by the connection's thread.
/// </summary>
internal abstract class PendingValue
{
#pragma warning disable CA1051 // a mutable struct that must not be copied
    /// <summary>The value's place.</summary>
    public ItemReservation Reservation;
#pragma warning restore CA1051

    /// <summary>Where what has not come yet goes.</summary>
    public virtual Span<byte> Missing => Reservation.Remaining;

    /// <summary>Takes what the protocol puts behind a value; false when it has not come.</summary>
    public virtual bool TryEnd(ReadOnlySpan<byte> input, ref int consumed) => true;
}
