using Larder.Cache.Store;
using Larder.Protocol.Text;

namespace Larder.Cache.Serving;

/// <summary>
/// A storage command whose value is still coming. Made when a value does not stand in the buffer whole; idle
/// connections have none. Owned by the connection's thread.
/// </summary>
internal sealed class PendingValue
{
    /// <summary>Which command.</summary>
    public TextCommand Command { get; init; }

    /// <summary>No answer is wanted.</summary>
    public bool NoReply { get; init; }

    /// <summary>The line of a meta command, read again for the answer; empty for classic ones.</summary>
    public byte[] Line { get; init; } = [];

#pragma warning disable CA1051 // a mutable struct that must not be copied
    /// <summary>The value's place.</summary>
    public ItemReservation Reservation;
#pragma warning restore CA1051
}
