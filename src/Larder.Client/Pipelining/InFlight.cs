using System.Diagnostics;

namespace Larder.Client.Pipelining;

/// <summary>
/// The operations of a connection that wait for their replies, in the order in which they were sent. Added to under the
/// connection's lock, taken from by its one reader without it, looked at for deadlines by another thread.
/// </summary>
internal sealed class InFlight
{
    private const int CapacityInit = 64;

    private Operation?[] _slots = new Operation?[CapacityInit]; // owner: the connection's lock; published by _tail
    private long _head; // owner: the reader
    private long _tail; // owner: the connection's lock

    /// <summary>How many wait. Exact for who holds the lock and for the reader, if the other is at rest.</summary>
    public int Count => (int)(Volatile.Read(ref _tail) - Volatile.Read(ref _head));

    /// <summary>How many were ever added.</summary>
    public long Added => Volatile.Read(ref _tail);

    /// <summary>The number of the next one to be taken, counted from the first that was added.</summary>
    public long Taken => Volatile.Read(ref _head);

    /// <summary>Under the lock.</summary>
    public void Add(Operation operation)
    {
        Operation?[] slots = _slots;
        if (_tail - Volatile.Read(ref _head) == slots.Length) slots = Grow();
        slots[_tail & (slots.Length - 1)] = operation;
        // Pairs with TryPeek: who sees the tail sees the slot, and the array that it is in.
        Volatile.Write(ref _tail, _tail + 1);
    }

    /// <summary>The one whose reply comes next. By the reader alone.</summary>
    public Operation? TryPeek()
    {
        if (Volatile.Read(ref _tail) == _head) return null;
        Operation?[] slots = Volatile.Read(ref _slots);
        return slots[_head & (slots.Length - 1)];
    }

    /// <summary>Takes what <see cref="TryPeek"/> has shown. Its slot keeps it until it is used again.</summary>
    public void Remove()
    {
        Debug.Assert(_head < Volatile.Read(ref _tail), "nothing was there");
        Volatile.Write(ref _head, _head + 1);
    }

    /// <summary>Ends those whose time is over. What was taken meanwhile looks after itself.</summary>
    /// <returns>How many of them blame the server.</returns>
    public int Expire(long now)
    {
        int expired = 0;
        long head = Volatile.Read(ref _head);
        long tail = Volatile.Read(ref _tail);
        Operation?[] slots = Volatile.Read(ref _slots);
        for (long i = head; i < tail; i++)
        {
            // A slot before the head may be empty in an array that has grown since.
            if (slots[i & (slots.Length - 1)] is { } operation && operation.TryExpire(now)) expired++;
        }
        return expired;
    }

    private Operation?[] Grow()
    {
        var larger = new Operation?[_slots.Length * 2];
        for (long i = Volatile.Read(ref _head); i < _tail; i++)
            larger[i & (larger.Length - 1)] = _slots[i & (_slots.Length - 1)];
        Volatile.Write(ref _slots, larger);
        return larger;
    }
}
