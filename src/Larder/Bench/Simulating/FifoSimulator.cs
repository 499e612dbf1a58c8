namespace Larder.Bench.Simulating;

/// <summary>First in, first out: a hit changes nothing.</summary>
internal sealed class FifoSimulator(int items, int keys) : EvictionSimulator(items)
{
    private readonly KeyQueue _queue = new(new KeyLinks(keys));
    private readonly bool[] _held = new bool[keys];

    /// <inheritdoc/>
    public override bool Access(int key)
    {
        if (_held[key])
            return true;
        if (_queue.Count == Items)
            _held[_queue.RemoveOldest()] = false;
        _queue.Add(key);
        _held[key] = true;
        return false;
    }
}
