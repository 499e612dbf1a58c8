using System.Diagnostics;

namespace Larder.Bench.Simulating;

/// <summary>A queue of keys that any of them may leave: in at the newest end, out at the oldest.</summary>
/// <param name="links">Shared with the other queues that the same keys wander through.</param>
internal sealed class KeyQueue(KeyLinks links)
{
    private const int None = -1;

    private int _oldest = None;
    private int _newest = None;

    /// <summary>Keys in it.</summary>
    public int Count { get; private set; }

    /// <summary>The key that came first; only while there is one.</summary>
    public int Oldest => _oldest;

    /// <summary>Adds a key that stands in no queue of these links.</summary>
    public void Add(int key)
    {
        links.Older(key) = _newest;
        links.Newer(key) = None;
        if (_newest == None)
            _oldest = key;
        else
            links.Newer(_newest) = key;
        _newest = key;
        Count++;
    }

    /// <summary>Takes a key out that stands in this queue.</summary>
    public void Remove(int key)
    {
        int older = links.Older(key);
        int newer = links.Newer(key);
        if (older == None)
            _oldest = newer;
        else
            links.Newer(older) = newer;
        if (newer == None)
            _newest = older;
        else
            links.Older(newer) = older;
        Count--;
    }

    /// <summary>Takes out the key that came first.</summary>
    public int RemoveOldest()
    {
        Debug.Assert(Count > 0, "an empty queue");
        int key = _oldest;
        Remove(key);
        return key;
    }

    /// <summary>Makes a key of this queue its newest.</summary>
    public void Renew(int key)
    {
        if (key == _newest)
            return;
        Remove(key);
        Add(key);
    }
}
