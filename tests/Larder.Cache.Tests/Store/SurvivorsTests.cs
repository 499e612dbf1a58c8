using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: an iteration shows every item that lives from its beginning to its end exactly once, and no key twice, while
/// others come, go, expire, are evicted and moved, the limit moves, and the index grows and shrinks. Method: items
/// whose token was seen keep it when they move and never get it again; so whoever has its token before and after was
/// there all the time.
/// </summary>
public sealed class SurvivorsTests
{
    private const int Items = 20_000;
    private const int Rounds = 12;
    private const int RoundsMax = 400;

    [Fact]
    public void Items_that_live_through_an_iteration_are_shown_once_while_other_threads_change_everything()
    {
        using var bench = new StoreBench(memory: 8 << 20, hashPower: 12);
        using var stop = new CancellationTokenSource();
        Thread[] threads =
        [
            new Thread(() => Churn(bench, stop.Token)),
            new Thread(() => Maintain(bench, stop.Token)),
        ];
        foreach (Thread thread in threads) thread.Start();
        int survivors = 0;
        for (int round = 0; round < Rounds || (round < RoundsMax && bench.Store.Totals().Evictions == 0); round++)
        {
            for (int index = 0; index < Items; index++) bench.Put("stay" + index, new byte[index % 100]);
            ulong[] before = Tokens(bench);
            var counting = new Counting { Times = [] };
            ItemCursor cursor = default;
            while (bench.Store.Iterate(ref cursor, 100, ref counting))
            {
            }
            ulong[] after = Tokens(bench);
            Assert.True(counting.Times.Values.Max() == 1, "no key is shown twice");
            for (int index = 0; index < Items; index++)
            {
                if (before[index] == 0 || before[index] != after[index]) continue;
                survivors++;
                Assert.True(counting.Times.ContainsKey("stay" + index), $"round {round}: item {index} was not shown");
            }
        }
        stop.Cancel();
        foreach (Thread thread in threads) thread.Join();
        Assert.True(survivors > Items, $"only {survivors} items lived through an iteration");
        Assert.True(bench.Store.Totals().Evictions > 0, "the test evicts");
    }

    // Also makes the items hot, so that most of them stay.
    private static ulong[] Tokens(StoreBench bench) => [.. Enumerable.Range(0, Items)
        .Select(index => bench.Find("stay" + index, out Shown shown) == FindStatus.Hit ? shown.Cas : 0)];

    private static void Churn(StoreBench bench, CancellationToken stop)
    {
        for (int number = 0; !stop.IsCancellationRequested; number++)
        {
            var request = new StoreRequest { Expiry = bench.Clock.ExpiryOf(number % 3 == 0 ? 1 : 0) };
            bench.Put("go" + number % 150_000, new byte[number % 300], request);
            if (number % 3 == 0) bench.Delete("go" + (number - 50) % 150_000);
            if (number % 20_000 == 0) bench.Clock.Move(1);
        }
    }

    private static void Maintain(StoreBench bench, CancellationToken stop)
    {
        for (int step = 0; !stop.IsCancellationRequested; step++)
        {
            bench.Store.Maintain(500);
            if (step % 500 == 0) bench.Store.SetMemoryLimit((6 << 20) + step / 500 % 3 * (1 << 20));
        }
    }

    private struct Counting : IItemReader
    {
        public Dictionary<string, int> Times;

        public readonly void Read(scoped ItemView item)
        {
            string key = System.Text.Encoding.Latin1.GetString(item.Key);
            Times[key] = Times.GetValueOrDefault(key) + 1;
        }
    }
}
