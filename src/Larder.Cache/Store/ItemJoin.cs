namespace Larder.Cache.Store;

/// <summary>
/// An append or prepend that makes a long value: it is put together in steps of <see cref="ItemStore.Continue"/>, from
/// a pin on the old item, and stored if the key still has that very item then; otherwise it is begun anew. It belongs
/// to one connection (pass it by reference, do not copy it), until Continue has answered or
/// <see cref="ItemStore.Abandon(ref ItemJoin)"/>. Nobody else sees anything of it before. The default value is none.
/// </summary>
public struct ItemJoin
{
    /// <summary>The key, and the value that is added.</summary>
    internal PendingRecord Received;

    /// <summary>The old item.</summary>
    internal PinnedItem With;

    /// <summary>Where both values go.</summary>
    internal PendingRecord Joined;

    /// <summary>Its memory, as long as it has none.</summary>
    internal RoomClaim Room;

    /// <summary>Hash of the key.</summary>
    internal ulong Hash;

    /// <summary>How it is to be stored.</summary>
    internal StoreRequest Request;

    /// <summary>Bytes of both values.</summary>
    internal int ValueLength;

    /// <summary>Bytes of them that are in their place.</summary>
    internal int Copied;

    /// <summary>How often it was begun.</summary>
    internal int Joins;

    /// <summary>The key.</summary>
    public readonly unsafe ReadOnlySpan<byte> Key => Received.IsHeld ? ItemHeader.Key(Received.Item) : default;

    /// <summary>Bytes of the value that is added.</summary>
    public readonly int AddedLength => Received.ValueLength;
}
