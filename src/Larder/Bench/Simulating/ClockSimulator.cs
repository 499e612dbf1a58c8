namespace Larder.Bench.Simulating;

/// <summary>
/// Second chance with one bit: the oldest key goes back to the newest end when it was asked for since it came there.
/// </summary>
internal sealed class ClockSimulator(int items, int keys) : EvictionSimulator(items)
{
    private readonly KeyQueue _queue = new(new KeyLinks(keys));
    private readonly bool[] _held = new bool[keys];
    private readonly bool[] _asked = new bool[keys];

    /// <inheritdoc/>
    public override bool Access(int key)
    {
        if (_held[key])
        {
            _asked[key] = true;
            return true;
        }

        if (_queue.Count == Items)
            Evict();
        _queue.Add(key);
        _held[key] = true;
        _asked[key] = false;
        return false;
    }

    private void Evict()
    {
        while (_asked[_queue.Oldest])
        {
            _asked[_queue.Oldest] = false;
            _queue.Renew(_queue.Oldest);
        }

        _held[_queue.RemoveOldest()] = false;
    }
}
