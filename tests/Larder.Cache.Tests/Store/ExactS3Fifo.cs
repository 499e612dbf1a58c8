namespace Larder.Cache.Tests.Store;

/// <summary>
/// S3-FIFO as its paper has it (Yang et al., SOSP 2023, algorithm 1), item by item: a small queue of a tenth, a main
/// queue, a ghost queue as long as the main one.
/// </summary>
internal sealed class ExactS3Fifo(int capacity)
{
    private const int PromotionHits = 2;
    private const int HitsMax = 3;

    private readonly int _smallMax = Math.Max(capacity / 10, 1);
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly Queue<Entry> _small = new();
    private readonly Queue<Entry> _main = new();
    private readonly Queue<(int Key, long Number)> _ghosts = new();
    private readonly Dictionary<int, long> _ghostKeys = [];
    private long _number;

    /// <summary>Get, and on a miss set. True for a hit.</summary>
    public bool Access(int key)
    {
        if (_entries.TryGetValue(key, out Entry? entry))
        {
            entry.Hits = Math.Min(entry.Hits + 1, HitsMax);
            return true;
        }
        while (_entries.Count >= capacity) Evict();
        entry = new Entry { Key = key };
        _entries[key] = entry;
        (_ghostKeys.Remove(key) ? _main : _small).Enqueue(entry);
        return false;
    }

    private void Evict()
    {
        if (_small.Count >= _smallMax || _main.Count == 0) EvictSmall();
        else EvictMain();
    }

    private void EvictSmall()
    {
        while (_small.TryDequeue(out Entry? entry))
        {
            if (entry.Hits >= PromotionHits)
            {
                entry.Hits = 0;
                _main.Enqueue(entry);
                continue;
            }
            _entries.Remove(entry.Key);
            _ghostKeys[entry.Key] = ++_number;
            _ghosts.Enqueue((entry.Key, _number));
            while (_ghosts.Count > capacity - _smallMax)
            {
                (int key, long number) = _ghosts.Dequeue();
                if (_ghostKeys.GetValueOrDefault(key) == number) _ghostKeys.Remove(key);
            }
            return;
        }
    }

    private void EvictMain()
    {
        while (_main.TryDequeue(out Entry? entry))
        {
            if (entry.Hits == 0)
            {
                _entries.Remove(entry.Key);
                return;
            }
            entry.Hits--;
            _main.Enqueue(entry);
        }
    }

    private sealed class Entry
    {
        public int Key;
        public int Hits;
    }
}
