using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Larder.Cache.Store;

namespace Larder.Bench.Store;

/// <summary>
/// One thread on a store of 1 M items with 32-byte keys and 100-byte values (1 GiB, nothing is evicted but in Fill).
/// Keys are drawn at random, so that nearly every lookup waits for memory twice (index, item); a batch overlaps that.
/// </summary>
[MemoryDiagnoser]
public class ItemStoreBenchmarks : IDisposable
{
    private const int Items = 1_000_000;
    private const int Batch = 64;
    private const int KeyLength = 32;
    private const int ValueLength = 100;

    private readonly byte[] _keys = new byte[Items * KeyLength];
    private readonly byte[] _value = new byte[ValueLength];
    private readonly byte[] _reply = new byte[4096];
    private readonly ulong[] _hashes = new ulong[Batch];
    private readonly int[] _numbers = new int[Batch];
    private ItemStore _store = null!;   // made by Setup
    private ItemStore _full = null!;    // made by Setup
    private uint _random = 1;
    private long _filled;

    /// <summary>Fills the store.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var clock = new StoreClock();
        _store = new ItemStore(new ItemStoreOptions { MemoryLimitBytes = 1L << 30 }, clock);
        _full = new ItemStore(new ItemStoreOptions { MemoryLimitBytes = 64L << 20 }, clock);
        for (int number = 0; number < Items; number++)
        {
            string key = number.ToString(CultureInfo.InvariantCulture).PadLeft(KeyLength, 'k');
            Encoding.ASCII.GetBytes(key, _keys.AsSpan(number * KeyLength));
            _store.Store(Key(number), _store.Hash(Key(number)), _value, default);
        }
        while (_store.Maintain(10_000))
        {
        }
    }

    /// <summary>Gives the memory back.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _store?.Dispose();
        _full?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The hash of a 32-byte key.</summary>
    [Benchmark]
    public ulong Hash() => _store.Hash(Key(1));

    /// <summary>One get: hash, lookup, copy of the value.</summary>
    [Benchmark]
    public FindStatus Find()
    {
        int number = Next();
        var copying = new Copying(_reply);
        return _store.Find(Key(number), _store.Hash(Key(number)), ref copying);
    }

    /// <summary>
    /// 64 gets in phases: hash and prefetch all, prefetch the items, look all up. Time is for one get.
    /// </summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int FindBatch()
    {
        for (int index = 0; index < Batch; index++)
        {
            _numbers[index] = Next();
            _hashes[index] = _store.Hash(Key(_numbers[index]));
            _store.Prefetch(_hashes, index + 1, index);
        }
        _store.PrefetchRest(_hashes, Batch);
        int hits = 0;
        var copying = new Copying(_reply);
        for (int index = 0; index < Batch; index++)
            if (_store.Find(Key(_numbers[index]), _hashes[index], ref copying) == FindStatus.Hit) hits++;
        return hits;
    }

    /// <summary>One get of a key that is not there.</summary>
    [Benchmark]
    public FindStatus Miss()
    {
        ReadOnlySpan<byte> key = Key(Next())[1..];
        var copying = new Copying(_reply);
        return _store.Find(key, _store.Hash(key), ref copying);
    }

    /// <summary>One set over an old value of the same size.</summary>
    [Benchmark]
    public StoreStatus Overwrite()
    {
        int number = Next();
        return _store.Store(Key(number), _store.Hash(Key(number)), _value, default).Status;
    }

    /// <summary>One set of a new key into a full store of 64 MiB, with its share of eviction.</summary>
    [Benchmark]
    public StoreStatus Fill()
    {
        Span<byte> key = stackalloc byte[KeyLength];
        key.Fill((byte)'k');
        (++_filled).TryFormat(key, out _, provider: CultureInfo.InvariantCulture);
        return _full.Store(key, _full.Hash(key), _value, default).Status;
    }

    /// <summary>One touch.</summary>
    [Benchmark]
    public FindStatus Touch()
    {
        int number = Next();
        return _store.Touch(Key(number), _store.Hash(Key(number)), 0);
    }

    private ReadOnlySpan<byte> Key(int number) => _keys.AsSpan(number * KeyLength, KeyLength);

    private int Next()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return (int)(_random % Items);
    }

    private readonly ref struct Copying(Span<byte> reply) : IItemReader
    {
        private readonly Span<byte> _reply = reply;

        public void Read(scoped ItemView item) => item.Value.CopyTo(_reply);
    }
}
