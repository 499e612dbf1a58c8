namespace Larder.Bench.Simulating;

/// <summary>
/// S3-FIFO as published (J. Yang, Y. Zhang, Z. Qiu, Y. Yue, R. Vinayak: FIFO queues are all you need for cache
/// eviction, SOSP 2023, algorithm 1).
/// </summary>
/// <remarks>
/// <code>
///            new            asked for twice or more: to main
///   miss ----------> small -------------------------------------> main --+ counter above 0: back, counter less 1
///     |              10 %                                          90 % <-+
///     |                | else: the key only                          | counter 0
///     |                v                                             v
///     |              ghost, as many keys as main holds             evicted
///     +-- in ghost: straight to main
/// </code>
/// The counter has two bits, counts hits, and begins anew when a key moves from small to main.
/// </remarks>
internal sealed class S3FifoSimulator : EvictionSimulator
{
    /// <summary>Part of the cache that the small queue is: a tenth.</summary>
    private const int SmallDivisor = 10;

    /// <summary>Largest counter: two bits.</summary>
    private const byte CountMax = 3;

    /// <summary>Hits in the small queue that make a key worth keeping.</summary>
    private const byte HitsToMain = 2;

    private readonly KeyQueue _small;
    private readonly KeyQueue _main;
    private readonly KeyQueue _ghost;
    private readonly Place[] _places;
    private readonly byte[] _hits;
    private readonly int _smallItems;
    private readonly int _mainItems;

    public S3FifoSimulator(int items, int keys)
        : base(items)
    {
        var links = new KeyLinks(keys);
        _small = new KeyQueue(links);
        _main = new KeyQueue(links);
        _ghost = new KeyQueue(links);
        _places = new Place[keys];
        _hits = new byte[keys];
        _smallItems = Math.Max(1, items / SmallDivisor);
        _mainItems = items - _smallItems;
    }

    private enum Place : byte
    {
        Nowhere,
        Small,
        Main,
        Ghost,
    }

    /// <inheritdoc/>
    public override bool Access(int key)
    {
        if (_places[key] is Place.Small or Place.Main)
        {
            _hits[key] = Math.Min((byte)(_hits[key] + 1), CountMax);
            return true;
        }

        while (_small.Count + _main.Count >= Items)
            Evict();
        bool isGhost = _places[key] == Place.Ghost; // asked after evicting: that may have pushed it out of the ghost
        if (isGhost)
            _ghost.Remove(key);
        Put(key, isGhost ? Place.Main : Place.Small);
        return false;
    }

    private void Evict()
    {
        if (_small.Count >= _smallItems || _main.Count == 0)
            EvictFromSmall();
        else
            EvictFromMain();
    }

    /// <summary>Moves keys on to main until one is not worth it.</summary>
    private void EvictFromSmall()
    {
        while (_small.Count > 0)
        {
            int key = _small.RemoveOldest();
            if (_hits[key] < HitsToMain)
            {
                Remember(key);
                return;
            }

            if (_main.Count >= _mainItems && _main.Count > 0)
                EvictFromMain();
            Put(key, Place.Main);
        }
    }

    private void EvictFromMain()
    {
        while (_hits[_main.Oldest] > 0)
        {
            _hits[_main.Oldest]--;
            _main.Renew(_main.Oldest);
        }

        _places[_main.RemoveOldest()] = Place.Nowhere;
    }

    private void Remember(int key)
    {
        _places[key] = Place.Nowhere;
        if (_mainItems == 0)
            return;
        if (_ghost.Count == _mainItems)
            _places[_ghost.RemoveOldest()] = Place.Nowhere;
        _ghost.Add(key);
        _places[key] = Place.Ghost;
    }

    private void Put(int key, Place place)
    {
        (place == Place.Main ? _main : _small).Add(key);
        _places[key] = place;
        _hits[key] = 0;
    }
}
