namespace Larder.Bench.Simulating;

/// <summary>
/// Segmented LRU in four parts of equal size. A hit moves a key to the newest end of the next part; what a part cannot
/// hold goes to the newest end of the one below; the oldest key of the lowest part is evicted.
/// </summary>
/// <remarks>
/// While the cache fills, a new key goes to the lowest part that has room, so that none stays empty (libCacheSim does
/// so too).
/// </remarks>
internal sealed class SlruSimulator : EvictionSimulator
{
    private const int Parts = 4;

    private const byte Absent = Parts;

    private readonly KeyQueue[] _parts = new KeyQueue[Parts];
    private readonly byte[] _partOf;
    private readonly int _partItems;

    public SlruSimulator(int items, int keys)
        : base(items)
    {
        var links = new KeyLinks(keys);
        for (int i = 0; i < Parts; i++)
            _parts[i] = new KeyQueue(links);
        _partOf = new byte[keys];
        _partOf.AsSpan().Fill(Absent);
        _partItems = items / Parts;
    }

    /// <inheritdoc/>
    public override bool Access(int key)
    {
        byte part = _partOf[key];
        if (part == Absent)
        {
            Insert(key);
            return false;
        }

        _parts[part].Remove(key);
        Put(key, Math.Min(part + 1, Parts - 1));
        return true;
    }

    private void Insert(int key)
    {
        if (IsFull)
        {
            int lowest = Array.FindIndex(_parts, part => part.Count > 0);
            _partOf[_parts[lowest].RemoveOldest()] = Absent;
            Put(key, 0);
            return;
        }

        int free = 0;
        while (free < Parts - 1 && _parts[free].Count >= CapacityOf(free))
            free++;
        Put(key, free);
    }

    private bool IsFull
    {
        get
        {
            int held = 0;
            foreach (KeyQueue part in _parts)
                held += part.Count;
            return held == Items;
        }
    }

    /// <summary>Makes a key the newest of a part; what is too much there moves down, part by part.</summary>
    private void Put(int key, int part)
    {
        _parts[part].Add(key);
        _partOf[key] = (byte)part;
        for (int i = part; i > 0 && _parts[i].Count > CapacityOf(i); i--)
        {
            int down = _parts[i].RemoveOldest();
            _parts[i - 1].Add(down);
            _partOf[down] = (byte)(i - 1);
        }
    }

    /// <summary>The lowest part also has what does not divide by four.</summary>
    private int CapacityOf(int part) => part == 0 ? Items - (_partItems * (Parts - 1)) : _partItems;
}
