using System.Diagnostics;
using System.Numerics;

namespace Larder.Bench;

/// <summary>
/// The requests of one connection between being decided and being answered, first in first out, and how many of the
/// newest are still to be sent. Its size is fixed: the depth of the pipeline.
/// </summary>
internal sealed class PendingRing
{
    private readonly PendingRequest[] _requests;
    private readonly uint[] _keys;
    private readonly int _keysEach;
    private uint _head;
    private uint _sent;
    private uint _tail;

    /// <param name="depth">Requests that it holds, from 1.</param>
    /// <param name="keysEach">Keys of each multiget; with 1 no keys are kept beside the requests.</param>
    public PendingRing(int depth, int keysEach)
    {
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)depth);
        _requests = new PendingRequest[capacity];
        _keysEach = keysEach;
        _keys = keysEach > 1 ? new uint[capacity * keysEach] : [];
    }

    /// <summary>Requests in it, sent or not.</summary>
    public int Count => (int)(_tail - _head);

    /// <summary>Whether there is one that was not sent yet.</summary>
    public bool HasUnsent => _sent != _tail;

    /// <summary>The one whose answer comes next.</summary>
    public ref readonly PendingRequest Oldest => ref _requests[_head & (uint)(_requests.Length - 1)];

    /// <summary>Keys of the oldest one, a multiget.</summary>
    public ReadOnlySpan<uint> KeysOfOldest => KeysAt(_head);

    /// <summary>Whether a request of this kind for the key waits in it; looks at each.</summary>
    public bool Holds(RequestKind kind, uint key)
    {
        for (uint i = _head; i != _tail; i++)
        {
            ref readonly PendingRequest request = ref _requests[i & (uint)(_requests.Length - 1)];
            if (request.Key == key && request.Kind == kind)
                return true;
        }

        return false;
    }

    /// <summary>Adds a request.</summary>
    public void Add(in PendingRequest request)
    {
        Debug.Assert(Count < _requests.Length, "more requests than the pipeline is deep");
        _requests[_tail & (uint)(_requests.Length - 1)] = request;
        _tail++;
    }

    /// <summary>Takes the oldest request that was not sent yet, for sending.</summary>
    /// <param name="keys">Room for its keys when it is a multiget.</param>
    public PendingRequest TakeUnsent(out Span<uint> keys)
    {
        keys = KeysAt(_sent);
        return _requests[_sent++ & (uint)(_requests.Length - 1)];
    }

    /// <summary>Removes the oldest one: it was answered.</summary>
    public void RemoveOldest() => _head++;

    private Span<uint> KeysAt(uint index) => _keysEach == 1
        ? default
        : _keys.AsSpan((int)(index & (uint)(_requests.Length - 1)) * _keysEach, _keysEach);
}
