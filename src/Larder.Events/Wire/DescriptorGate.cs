using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// Lets other threads use a connection's descriptor without ever meeting one that was closed and given to somebody
/// else: whoever leaves last closes it.
/// </summary>
/// <remarks>A mutable struct: a field, never copied. The highest bit means closed, the others count users.</remarks>
internal struct DescriptorGate
{
    private const int Closed = int.MinValue;

    private int _state; // owner: interlocked

    public readonly bool IsClosed => _state < 0;

    /// <summary>Enters for one call on the descriptor; false when it is closed or about to be.</summary>
    public bool TryEnter()
    {
        int state = Volatile.Read(ref _state);
        while (state >= 0)
        {
            int seen = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (seen == state)
            {
                return true;
            }
            state = seen;
        }
        return false;
    }

    public void Leave(int fd)
    {
        if (Interlocked.Decrement(ref _state) == Closed)
        {
            SysResult.Of(Libc.close(fd));
        }
    }

    /// <summary>Closes the descriptor, now or when the last user leaves. True for the one call that did it.</summary>
    public bool Close(int fd)
    {
        int before = Interlocked.Or(ref _state, Closed);
        if (before < 0)
        {
            return false;
        }
        if (before == 0)
        {
            SysResult.Of(Libc.close(fd));
        }
        return true;
    }
}
