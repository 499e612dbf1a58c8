using System.Buffers.Text;
using BenchmarkDotNet.Attributes;
using Larder.Cache.Store;

namespace Larder.Bench.Store;

/// <summary>
/// A full store of 16 GiB that holds so many large values, each in a segment of its own: what one more value costs, and
/// what looks at segments cost beside it. The values' bytes are never touched.
/// </summary>
public class LargeValueBenchmarks : IDisposable
{
    private const long Memory = 16L << 30;
    private const int KeyLength = 10;

    private readonly byte[] _key = new byte[KeyLength];
    private ItemStore _store = null!;   // made by Setup
    private int _length;
    private long _next;

    /// <summary>Values, about.</summary>
    [Params(1_000, 8_000, 50_000)]
    public int Values { get; set; }

    /// <summary>Fills the store.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var options = new ItemStoreOptions
        {
            MemoryLimitBytes = Memory,
            ItemSizeMax = 1 << 30,
            Pages = new Untouched(),
        };
        _store = new ItemStore(options, new StoreClock(1_000_000_000, isPaused: true));
        _length = (int)(Memory * 95 / 100 / Values);
        for (int stored = 0; stored < Values * 5 / 4; stored++) Store();
        while (_store.Maintain(10_000))
        {
        }
    }

    /// <summary>Gives the memory back.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _store?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One more value, for which another one goes.</summary>
    [Benchmark]
    public StoreStatus Store()
    {
        Utf8Formatter.TryFormat(_next++, _key, out _, new('D', KeyLength));
        _store.Reserve(_key, _store.Hash(_key), _length, default, out ItemReservation reservation);
        reservation.Advance(_length);
        return _store.Commit(ref reservation).Status;
    }

    /// <summary>A background step that finds nothing to do.</summary>
    [Benchmark]
    public bool Maintain() => _store.Maintain(1000);

    /// <summary>The counters of <c>stats</c>.</summary>
    [Benchmark]
    public StoreTotals Totals() => _store.Totals();

    /// <summary>The uses of segments for <c>stats larder</c>.</summary>
    [Benchmark]
    public SegmentUses Uses() => _store.CountUses();

    // Room is counted, mapped and given back, but no page is made.
    private sealed unsafe class Untouched : PageSource
    {
        public override void Populate(byte* start, nuint bytes)
        {
            // only heads of segments are written
        }
    }
}
