namespace Larder.Cache.Tests.Store;

/// <summary>
/// S3-FIFO as its paper has it (Yang et al., SOSP 2023, algorithm 1), item by item: a small queue of a tenth, a main
/// queue, a ghost queue as long as the main one. With sizes, all of these are lengths in bytes.
/// </summary>
internal sealed class ExactS3Fifo(long capacity)
{
    private const int PromotionHits = 2;
    private const int HitsMax = 3;

    private readonly long _smallMax = Math.Max(capacity / 10, 1);
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly Queue<Entry> _small = new();
    private readonly Queue<Entry> _main = new();
    private readonly Queue<(int Key, int Size, long Number)> _ghosts = new();
    private readonly Dictionary<int, long> _ghostKeys = [];
    private long _number;
    private long _length;
    private long _smallLength;
    private long _ghostLength;

    /// <summary>Get, and on a miss set. True for a hit.</summary>
    public bool Access(int key, int size = 1)
    {
        if (_entries.TryGetValue(key, out Entry? entry))
        {
            entry.Hits = Math.Min(entry.Hits + 1, HitsMax);
            return true;
        }
        while (_length + size > capacity) Evict();
        entry = new Entry { Key = key, Size = size };
        _entries[key] = entry;
        _length += size;
        bool isKnown = _ghostKeys.Remove(key);
        (isKnown ? _main : _small).Enqueue(entry);
        if (!isKnown) _smallLength += size;
        return false;
    }

    private void Evict()
    {
        if (_smallLength >= _smallMax || _main.Count == 0) EvictSmall();
        else EvictMain();
    }

    private void EvictSmall()
    {
        while (_small.TryDequeue(out Entry? entry))
        {
            _smallLength -= entry.Size;
            if (entry.Hits >= PromotionHits)
            {
                entry.Hits = 0;
                _main.Enqueue(entry);
                continue;
            }
            _entries.Remove(entry.Key);
            _length -= entry.Size;
            _ghostKeys[entry.Key] = ++_number;
            _ghosts.Enqueue((entry.Key, entry.Size, _number));
            _ghostLength += entry.Size;
            while (_ghostLength > capacity - _smallMax)
            {
                (int key, int size, long number) = _ghosts.Dequeue();
                _ghostLength -= size;
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
                _length -= entry.Size;
                return;
            }
            entry.Hits--;
            _main.Enqueue(entry);
        }
    }

    private sealed class Entry
    {
        public int Key;
        public int Size;
        public int Hits;
    }
}
