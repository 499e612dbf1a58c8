using System.Text;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>A store with a paused clock, and short words for what tests do with it.</summary>
internal sealed class StoreBench : IDisposable
{
    public const ulong Seed = 0x5EED;

    public StoreBench(
        long memory = 64 << 20, int itemSizeMax = 1 << 20, bool evictions = true, bool cas = true, int hashPower = 16,
        PageSource? pages = null)
    {
        Clock = new StoreClock(1_000_000_000, isPaused: true);
        Store = new ItemStore(
            new ItemStoreOptions
            {
                MemoryLimitBytes = memory,
                ItemSizeMax = itemSizeMax,
                EvictionsEnabled = evictions,
                CasEnabled = cas,
                HashPowerInit = hashPower,
                HashSeed = Seed,
                Pages = pages ?? new PageSource(),
            },
            Clock);
    }

    public StoreClock Clock { get; }

    public ItemStore Store { get; }

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public void Dispose() => Store.Dispose();

    public StoreResult Put(string key, string value, StoreRequest request = default) =>
        Put(key, Bytes(value), request);

    public StoreResult Put(string key, byte[] value, StoreRequest request = default)
    {
        byte[] bytes = Bytes(key);
        return Store.Store(bytes, Store.Hash(bytes), value, request);
    }

    public FindStatus Find(string key, out Shown shown, FindOptions options = FindOptions.None)
    {
        byte[] bytes = Bytes(key);
        shown = default;
        return Store.Find(bytes, Store.Hash(bytes), ref shown, options);
    }

    /// <summary>The value, or null on a miss of any kind.</summary>
    public string? Get(string key) => Find(key, out Shown shown) == FindStatus.Hit ? shown.Text : null;

    public FindStatus Edit(string key, ref Editing editing, FindOptions options = FindOptions.None)
    {
        byte[] bytes = Bytes(key);
        return Store.Edit(bytes, Store.Hash(bytes), ref editing, options);
    }

    public FindStatus Touch(string key, uint expiry) => Store.Touch(Bytes(key), Store.Hash(Bytes(key)), expiry);

    public DeleteStatus Delete(string key) => Store.Delete(Bytes(key), Store.Hash(Bytes(key)));

    public DeleteStatus Delete(string key, ulong cas) => Store.Delete(Bytes(key), Store.Hash(Bytes(key)), cas);

    public ArithmeticResult Count(string key, in ArithmeticRequest request) =>
        Store.Arithmetic(Bytes(key), Store.Hash(Bytes(key)), request);

    public ReserveStatus Reserve(string key, int length, in StoreRequest request, out ItemReservation reservation) =>
        Store.Reserve(Bytes(key), Store.Hash(Bytes(key)), length, request, out reservation);

    /// <summary>All background work that is due now.</summary>
    public void Settle()
    {
        int rounds = 0;
        while (Store.Maintain(10_000)) Assert.True(++rounds < 100_000, "Maintain comes to an end");
    }

    /// <summary>Every valid item by its key; fails when one is shown twice.</summary>
    public Dictionary<string, Shown> All(int budget = 100)
    {
        var all = new Collecting { Items = [] };
        ItemCursor cursor = default;
        while (Store.Iterate(ref cursor, budget, ref all))
        {
        }
        return all.Items;
    }

    /// <summary>Items and bytes by the counters are what iteration finds.</summary>
    public void CheckAccounts()
    {
        Dictionary<string, Shown> all = All();
        StoreTotals totals = Store.Totals();
        Assert.Equal(all.Count, totals.CurrentItems);
        long bytes = all.Values.Sum(item => item.RecordSize);
        Assert.Equal(bytes, totals.Bytes);
        for (int sizeClass = 1; sizeClass <= SizeClasses.Count; sizeClass++)
        {
            int number = all.Values.Count(item => item.SizeClass == sizeClass);
            Assert.Equal(number, Store.ClassTotals(sizeClass).Number);
        }
        Assert.True(totals.MappedBytes <= totals.LimitBytes, $"{totals.MappedBytes} of {totals.LimitBytes} mapped");
        Assert.True(totals.Bytes <= totals.MappedBytes);
    }

    private struct Collecting : IItemReader
    {
        public Dictionary<string, Shown> Items;

        public readonly void Read(scoped ItemView item)
        {
            Shown shown = default;
            shown.Read(item);
            Items.Add(shown.Key!, shown);
        }
    }
}
