namespace Larder.Bench.Simulating;

/// <summary>Least recently used: a hit makes a key the newest.</summary>
internal sealed class LruSimulator(int items, int keys) : EvictionSimulator(items)
{
    private readonly KeyQueue _queue = new(new KeyLinks(keys));
    private readonly bool[] _held = new bool[keys];

    /// <inheritdoc/>
    public override bool Access(int key)
    {
        if (_held[key])
        {
            _queue.Renew(key);
            return true;
        }

        if (_queue.Count == Items)
            _held[_queue.RemoveOldest()] = false;
        _queue.Add(key);
        _held[key] = true;
        return false;
    }
}
