using System.Diagnostics;
using System.Text;
using Larder.Client.Routing;
using Larder.Protocol.Placement;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Client.Tests.RealPeers;

/// <summary>
/// Aim: the client and libmemcached find each other's keys over several servers. Method: pylibmc, which is libmemcached
/// itself behind Python, stores what the client looks for, and the other way round.
/// </summary>
public sealed class LibmemcachedTests(MemcachedGroup group) : IClassFixture<MemcachedGroup>
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<string?> s_missingBecause = new(static () =>
        File.Exists(Python) && RunAsync(["-c", "import pylibmc"], []).Result.ExitCode == 0
            ? Support.Memcached.MissingBecause
            : "not installed: apt-get install python3-pylibmc");

    public static TheoryData<string, PlacementKind, KeyHash?> Plain => new()
    {
        { """{}""", PlacementKind.LibmemcachedModula, null },
        { """{"hash": "md5"}""", PlacementKind.LibmemcachedModula, KeyHash.Md5 },
        { """{"hash": "crc"}""", PlacementKind.LibmemcachedModula, KeyHash.Crc15 },
        { """{"hash": "fnv1a_32"}""", PlacementKind.LibmemcachedModula, KeyHash.Fnv32A },
        { """{"hash": "murmur"}""", PlacementKind.LibmemcachedModula, KeyHash.Murmur2 },
        { """{"distribution": "consistent"}""", PlacementKind.LibmemcachedKetama, null },
        { """{"ketama": true}""", PlacementKind.LibmemcachedKetama, null },
        { """{"ketama": true, "hash": "md5"}""", PlacementKind.LibmemcachedKetama, KeyHash.Md5 },
        { """{"ketama_weighted": true}""", PlacementKind.LibmemcachedKetamaWeighted, KeyHash.Md5 },
    };

    [Theory]
    [MemberData(nameof(Plain))]
    public Task Keys_are_found_both_ways(string behaviors, PlacementKind kind, KeyHash? hash) =>
        ExchangeAsync(behaviors, new PlacementOptions { Kind = kind, Hash = hash }, group.Addresses);

    [Fact]
    public Task Keys_are_found_both_ways_with_weights() => ExchangeAsync(
        """{"ketama_weighted": true}""",
        new PlacementOptions { Kind = PlacementKind.LibmemcachedKetamaWeighted, Hash = KeyHash.Md5 },
        _ => group.Addresses(1, 2, 5, 3));

    private static async Task ExchangeAsync(
        string behaviors, PlacementOptions placement, Func<int[], ServerAddress[]> addresses)
    {
        Assert.SkipWhen(s_missingBecause.Value is not null, s_missingBecause.Value ?? "");
        ServerAddress[] servers = addresses([1, 1, 1, 1]);
        await using CacheClient client = PeerKeys.ClientOf(servers, placement);
        string[] names = [.. servers.Select(static server => $"{server}:{server.Weight}")];
        string where = $"{behaviors} of {string.Join(", ", names)}: ";
        string kind = Guid.NewGuid().ToString("N")[..8];

        string[] keys = PeerKeys.For($"{kind}:in");
        Assert.Equal("", await PeerAsync("write", behaviors, names, keys));
        string[] missing = await PeerKeys.FindMissingAsync(client, keys);
        Assert.True(missing.Length == 0, $"{where}libmemcached's, not found: {string.Join(' ', missing)}");

        keys = PeerKeys.For($"{kind}:out");
        HashSet<string> used = await PeerKeys.WriteAsync(client, keys);
        string unfound = await PeerAsync("read", behaviors, names, keys);
        Assert.True(unfound.Length == 0, $"{where}libmemcached does not find {unfound}");
        Assert.InRange(used.Count, 2, servers.Length);
    }

    private static async Task<string> PeerAsync(string mode, string behaviors, string[] servers, string[] keys)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "RealPeers", "Scripts", "pylibmc_exchange.py");
        (int exitCode, string output) = await RunAsync([script, mode, behaviors, .. servers], keys);
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments, string[] lines)
    {
        ProcessStartInfo start = new(Python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        byte[] input = Encoding.UTF8.GetBytes(string.Concat(lines.Select(static line => $"{line}\n")));
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        string all = await output + await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, all);
    }
}
