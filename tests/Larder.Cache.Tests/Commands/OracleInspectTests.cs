using System.Text.RegularExpressions;

namespace Larder.Cache.Tests.Commands;

/// <summary>
/// Aim: what shows items and events says what memcached says. Method: the same commands to Debian's memcached and to
/// Larder, with times, numbers and descriptors masked; both list items in an order of their own.
/// </summary>
public sealed partial class OracleInspectTests
{
    private static readonly string[] s_commands =
    [
        "set foo:a 5 100 3\r\nabc", "get foo:a", "get nope", "add b 0 0 1\r\n1", "add b 0 0 1\r\n1",
        "append b 0 0 2\r\n12", "prepend b 0 0 1\r\n3", "replace b 0 0 1\r\n7", "incr b 5", "decr missing 1",
        "touch b 50", "gat 60 b", "mg b v t", "ms zz 2 T90\r\nab", "ms ZZZZ 2 b\r\nab", "ma b", "md zz", "delete b",
        "delete b", "me foo:a", "cas foo:b 0 0 1 99\r\nx", "set a%b\x1 0 0 1\r\nx", "get a%b\x1",
        "set m1 7 0 200\r\n" + Value, "set m2 0 2000 3\r\nabc", "get m1",
    ];

    private static string Value => new('v', 200);

    [Fact]
    public void Watchers_see_the_oracles_lines()
    {
        Assert.SkipUnless(File.Exists(OracleServer.Path), "memcached is not installed");
        using var oracle = new OracleServer();
        using AskingClient theirs = new AskingClient(oracle.EndPoint);
        using var bench = new AdministrationBench();
        using AskingClient ours = bench.Connect();
        Assert.Equal(Watch(theirs, oracle.Client), Watch(ours, bench.Connect()));
    }

    [Fact]
    public void Dumps_show_the_oracles_items()
    {
        Assert.SkipUnless(File.Exists(OracleServer.Path), "memcached is not installed");
        using var oracle = new OracleServer("-o", "track_sizes", "-D", ":");
        using var bench = new AdministrationBench(static options =>
        {
            options.TuningEcho["track_sizes"] = "yes";
            options.PrefixStatsEnabled = true;
        });
        using AskingClient ours = bench.Connect();
        foreach (string command in s_commands.Where(static command => command[0] != 'm' || command[2] != ' '))
        {
            Run(oracle.Client, command);
            Run(ours, command);
        }
        string[] lines =
        [
            "lru_crawler metadump all", "lru_crawler metadump hash", "lru_crawler metadump 1", "stats cachedump 1 0",
            "stats cachedump 5 0", "stats cachedump 9 0", "stats sizes", "stats detail dump",
        ];
        foreach (string line in lines)
        {
            Assert.Equal((line, string.Join('\n', Dump(oracle.Client, line))),
                (line, string.Join('\n', Dump(ours, line))));
        }
    }

    private static List<string> Watch(AskingClient watcher, AskingClient client)
    {
        Assert.Equal("OK", watcher.Ask("watch fetchers mutations"));
        foreach (string command in s_commands)
        {
            Run(client, command);
        }
        Assert.Equal("END", client.Ask("get the_last"));
        var lines = new List<string>();
        do
        {
            lines.Add(Changing().Replace(watcher.ReadLine(), "${name}=N"));
        }
        while (!lines[^1].Contains("the_last", StringComparison.Ordinal));
        return lines;
    }

    private static void Run(AskingClient client, string command)
    {
        client.Send(command + "\r\nversion\r\n");
        while (!client.ReadLine().StartsWith("VERSION", StringComparison.Ordinal))
        {
        }
    }

    private static List<string> Dump(AskingClient client, string line)
    {
        var lines = new List<string>();
        for (string answer = client.Ask(line); answer != "END"; answer = client.ReadLine())
        {
            // New after 1.6.18: flags, and a space at the end. A second may pass between the two servers.
            string item = Flags().Replace(answer, "");
            lines.Add(Changing().Replace(Ending().Replace(item, "SOON"), "${name}=N"));
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    [GeneratedRegex(@"\b(?<name>ts|gid|cfd|la|cas)=[0-9.]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Changing();

    [GeneratedRegex(@" flags=\d+ $", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Flags();

    [GeneratedRegex(@"\b[12]\d{9}\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ending();
}
