using System.Diagnostics;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Aim: every answer of the store is the one that the rules give. Method: random operations, with a clock that moves by
/// jumps, run on the store and on a dictionary with slow and obvious code (<see cref="ModelRun"/>), in four settings;
/// now and then all items are compared. The seed is printed; a run is repeated by fixing it.
/// </summary>
public abstract class StoreModelTests
{
    private const int Operations = 250_000;
    private const int CompareEvery = 10_000;
    private static readonly TimeSpan s_soak = TimeSpan.FromMinutes(18);

    private protected static StoreTotals Check(ModelSettings settings)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var run = new ModelRun(settings, seed);
        for (int number = 0; number < Operations; number++)
        {
            string what = run.Step();
            if (what.Length == 0 && number % CompareEvery == CompareEvery - 1) what = run.Compare();
            if (what.Length > 0) Assert.Fail($"seed {seed}, operation {number}: {what}");
        }
        StoreTotals totals = run.Bench.Store.Totals();
        if (!settings.MayMiss) Assert.Equal(0, totals.Evictions);
        return totals;
    }

    // One seed after the other, until the time is over.
    private protected static void Soak(ModelSettings settings)
    {
        var time = Stopwatch.StartNew();
        while (time.Elapsed < s_soak) Check(settings);
    }
}
