using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// Aim: -m is the truth about the process: its resident memory stays within -m, 10 % of it, and 80 MB, whatever is
/// stored; and what cache_memlimit takes away goes back to the system. Method: a real server, several times its memory
/// stored over sockets in mixed sizes, and VmRSS of /proc (proc(5)).
/// </summary>
[Collection("alone")]
public sealed class ResidentMemoryTests
{
    private const long Mebibyte = 1 << 20;
    private const long Beside = 80_000_000;
    private const int Clients = 2;
    private const int Rounds = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_soak = TimeSpan.FromMinutes(25);

    [Theory]
    [InlineData(64, 600)]
    [InlineData(256, 1200)]
    public async Task Resident_memory_stays_within_its_bound_during_churn(int limit, int mebibytes)
    {
        using CacheProcess cache = await CacheProcess.Start($"-p -1 -m {limit} -t 2");
        for (int round = 0; round < Rounds; round++) Churn(cache, mebibytes * Mebibyte / Rounds, 0);
        CheckBound(cache, limit);
        Churn(cache, 2 * limit * Mebibyte, length: 100);
        CheckBound(cache, limit);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [Trait("Category", "Soak")]
    public async Task Resident_memory_stays_within_its_bound_for_long(int limit)
    {
        using CacheProcess cache = await CacheProcess.Start($"-p -1 -m {limit} -t 2");
        var time = Stopwatch.StartNew();
        int[] lengths = [0, 10, 100, 0, 4000, 100_000];
        for (int round = 0; time.Elapsed < s_soak; round++)
        {
            Churn(cache, 4 * limit * Mebibyte, lengths[round % lengths.Length]);
            CheckBound(cache, limit);
        }
    }

    [Fact]
    public async Task Memory_that_cache_memlimit_takes_goes_back_to_the_system_and_can_be_used_again()
    {
        using CacheProcess cache = await CacheProcess.Start("-p -1 -m 256 -t 2");
        Churn(cache, 600 * Mebibyte, 1000);
        long before = Resident(cache);
        Assert.True(before > 230 * Mebibyte, $"{before} bytes are resident");

        Assert.Equal("OK", await cache.Ask("cache_memlimit 64"));
        var time = Stopwatch.StartNew();
        // The background gives back; stores go on meanwhile.
        while (Resident(cache) > Bound(64) && time.Elapsed < s_patience) Churn(cache, Mebibyte, 1000);
        CheckBound(cache, 64);
        long kept = Stat(cache, "bytes");
        Assert.True(kept > 64 * Mebibyte * 8 / 10, $"{kept} bytes of items are kept");

        Assert.Equal("OK", await cache.Ask("cache_memlimit 256"));
        Churn(cache, 600 * Mebibyte, 1000);
        Assert.True(Stat(cache, "bytes") > 256 * Mebibyte * 8 / 10, "the memory is used again");
        CheckBound(cache, 256);
    }

    // Several connections, each for its part.
    private static void Churn(CacheProcess cache, long bytes, int length)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Parallel.For(0, Clients, index =>
        {
            using var client = new ChurnClient(cache.Endpoints[0], seed + index);
            client.Store(bytes / Clients, length);
        });
    }

    private static void CheckBound(CacheProcess cache, int limit)
    {
        long resident = Resident(cache);
        TestContext.Current.TestOutputHelper?.WriteLine($"-m {limit}: {resident / 1e6:F0} MB resident");
        Assert.True(resident <= Bound(limit), $"-m {limit}: {resident} bytes are resident");
    }

    private static long Bound(int limit) => limit * Mebibyte * 11 / 10 + Beside;

    private static long Resident(CacheProcess cache)
    {
        string line = File.ReadLines($"/proc/{cache.Id}/status")
            .First(static each => each.StartsWith("VmRSS:", StringComparison.Ordinal));
        string kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return 1024 * long.Parse(kibibytes, CultureInfo.InvariantCulture);
    }

    private static long Stat(CacheProcess cache, string name)
    {
        using var client = new ChurnClient(cache.Endpoints[0], 0);
        string prefix = $"STAT {name} ";
        string line = client.Ask("stats");
        while (!line.StartsWith(prefix, StringComparison.Ordinal) && line != "END") line = client.ReadLine();
        return long.Parse(line[prefix.Length..], CultureInfo.InvariantCulture);
    }
}
