namespace Larder.Objects.Devices;

/// <summary>
/// How many use something that is closed when the last has let go. A mutable struct: a field, never copied; its first
/// value is one holder. Any thread.
/// </summary>
internal struct Holds
{
    private int _others; // owner: interlocked; holders but one, below 0 = it is over

    /// <summary>One more; false when it is over already.</summary>
    public bool TryAdd()
    {
        int others = Volatile.Read(ref _others);
        while (others >= 0)
        {
            int seen = Interlocked.CompareExchange(ref _others, others + 1, others);
            if (seen == others)
            {
                return true;
            }
            others = seen;
        }
        return false;
    }

    /// <summary>One less; true for the last.</summary>
    public bool Remove() => Interlocked.Decrement(ref _others) < 0;
}
