using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: every answer of the store is the one that the rules give. Method: random operations, with a clock that moves by
/// jumps, run on the store and on a dictionary with slow and obvious code; the memory suffices, so that both must agree
/// on everything, and now and then all items are compared. The seed is printed; a run is repeated by fixing it.
/// </summary>
public sealed class StoreModelTests
{
    private const int Keys = 300;
    private const int Operations = 150_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Random_operations_answer_like_the_model(bool isCrowded)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        // Crowded: the live items fill most of the memory, so that segments are compacted all the time.
        using var bench = new StoreBench(memory: isCrowded ? 2 << 20 : 64 << 20, itemSizeMax: 100_000, hashPower: 12);
        var model = new StoreModel(bench.Clock);
        var random = new Random(seed);
        // Times of access are kept from the first time on that somebody asks for one.
        bench.Put("asked", "1");
        bench.Find("asked", out _);
        bench.Delete("asked");
        for (int number = 0; number < Operations; number++)
        {
            string key = new string('k', random.Next(1, 10)) + random.Next(Keys);
            string what = Step(bench, model, random, key);
            if (what.Length > 0) Assert.Fail($"seed {seed}, operation {number}: {what}");
            if (number % 10_000 == 0) Compare(bench, model, seed);
        }
        Compare(bench, model, seed);
        Assert.Equal(0, bench.Store.Totals().Evictions);
        if (isCrowded) Assert.NotEqual(0, bench.Store.Totals().SegmentsEmptied);
    }

    private static string Step(StoreBench bench, StoreModel model, Random random, string key)
    {
        switch (random.Next(12))
        {
            case 0:
                bench.Clock.Move(random.Next(3) == 0 ? random.Next(10) : 0);
                bench.Store.Maintain(random.Next(200));
                return "";
            case 1:
                if (random.Next(8000) != 0) return "";
                uint at = random.Next(2) == 0 ? 0 : bench.Clock.Now + (uint)random.Next(5);
                bench.Store.FlushAll(at);
                model.FlushAll(at);
                return "";
            case 2:
                return Same("delete", model.Delete(key), bench.Delete(key));
            case 3:
                uint expiry = bench.Clock.ExpiryOf(random.Next(-1, 30));
                return Same("touch", model.Touch(key, expiry), bench.Touch(key, expiry) == FindStatus.Hit);
            case 4:
                return Count(bench, model, random, key);
            case <= 7:
                return Find(bench, model, key);
            default:
                return Store(bench, model, random, key);
        }
    }

    private static string Find(StoreBench bench, StoreModel model, string key)
    {
        StoreModel.Item? expected = model.Find(key);
        bool isHit = bench.Find(key, out Shown shown) == FindStatus.Hit;
        if (!isHit || expected is null) return Same("find " + key, expected is not null, isHit);
        string difference = Difference(expected, shown);
        expected.IsFetched = true;
        expected.LastAccess = bench.Clock.Now;
        return difference;
    }

    private static string Store(StoreBench bench, StoreModel model, Random random, string key)
    {
        var value = new byte[random.Next(40) == 0 ? random.Next(60_000) : random.Next(10) == 0 ? 0 : random.Next(300)];
        random.NextBytes(value);
        // No number and no white space in front: what is a number then depends on the digits below alone.
        if (value.Length > 0) value[0] |= 0x80;
        if (random.Next(4) == 0) value = StoreBench.Bytes(random.NextInt64(long.MaxValue).ToString());
        ulong cas = model.Peek(key)?.Cas ?? 5;
        var request = new StoreRequest
        {
            Mode = (StoreMode)random.Next(6),
            ClientFlags = (uint)random.Next(3),
            Expiry = bench.Clock.ExpiryOf(random.Next(4) == 0 ? random.Next(-1, 30) : 0),
            CompareCas = random.Next(3) == 0 ? (ulong)random.Next(50) : cas,
            Invalidate = random.Next(2) == 0,
            Vivify = random.Next(3) == 0,
            IsKeyBinary = random.Next(5) == 0,
            IsWon = random.Next(5) == 0,
            DeleteOnFailure = random.Next(2) == 0,
            ExplicitCas = random.Next(10) == 0 ? (ulong)random.Next(1, 1_000_000) : 0,
        };
        request = request with { HasCompareCas = request.Mode == StoreMode.Cas || random.Next(3) == 0 };
        StoreResult result;
        if (random.Next(3) == 0)
        {
            if (bench.Reserve(key, value.Length, request, out ItemReservation place) != ReserveStatus.Reserved)
                return "reserve failed";
            value.CopyTo(place.Value);
            place.Advance(value.Length);
            if (random.Next(4) == 0)
            {
                bench.Store.Abandon(ref place);
                return "";
            }
            result = bench.Store.Commit(ref place);
        }
        else
        {
            result = bench.Put(key, value, request);
        }
        StoreStatus expected = model.Store(key, value, request, result.Cas);
        return Same($"{request.Mode} {key} of {value.Length}", expected, result.Status);
    }

    private static string Count(StoreBench bench, StoreModel model, Random random, string key)
    {
        var request = new ArithmeticRequest
        {
            IsDecrement = random.Next(2) == 0,
            Delta = random.Next(2) == 0 ? (ulong)random.Next(100) : (ulong)random.NextInt64(),
            HasCompareCas = random.Next(5) == 0,
            CompareCas = model.Peek(key)?.Cas ?? 0,
            Vivify = random.Next(3) == 0,
            Initial = (ulong)random.Next(20),
            VivifyExpiry = bench.Clock.ExpiryOf(random.Next(0, 30)),
            HasExpiry = random.Next(3) == 0,
            Expiry = bench.Clock.ExpiryOf(random.Next(0, 30)),
        };
        ArithmeticResult result = bench.Count(key, request);
        (ArithmeticStatus status, ulong value) = model.Count(key, request, result.Cas);
        return Same("count " + key, (status, value), (result.Status, result.Value));
    }

    private static void Compare(StoreBench bench, StoreModel model, int seed)
    {
        Dictionary<string, Shown> all = bench.All();
        List<string> valid = model.ValidKeys();
        Assert.True(valid.Count == all.Count, $"seed {seed}: {all.Count} items, the model has {valid.Count}");
        foreach (string key in valid)
        {
            string difference = Difference(model.Peek(key)!, all[key]);
            Assert.True(difference.Length == 0, $"seed {seed}: {difference}");
        }
    }

    private static string Difference(StoreModel.Item expected, in Shown shown)
    {
        if (!shown.Value.AsSpan().SequenceEqual(expected.Value)) return $"value of {shown.Key}";
        var left = (expected.ClientFlags, expected.Cas, expected.Expiry, expected.LastAccess, expected.IsFetched);
        var right = (shown.ClientFlags, shown.Cas, shown.Expiry, shown.LastAccess, shown.IsFetched);
        return Same("fields of " + shown.Key, left, right)
            + Same("marks", (expected.IsStale, expected.IsWon, expected.IsKeyBinary),
                (shown.IsStale, shown.IsWon, shown.IsKeyBinary));
    }

    private static string Same<T>(string what, T expected, T found) =>
        EqualityComparer<T>.Default.Equals(expected, found) ? "" : $"{what}: expected {expected}, found {found}; ";
}
