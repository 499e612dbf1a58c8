using Larder.Client.ServerList;

namespace Larder.Client.Tests.ServerList;

/// <summary>Lists that the tests of the shared list use.</summary>
internal static class ServerListCorpus
{
    /// <summary>The beginning of all times in the lists.</summary>
    public static DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

    /// <summary>One server of each state, with and without a name.</summary>
    public static ServerVerdict[] Mixed { get; } =
    [
        new("10.0.0.1", 11211, 1, ServerState.Up) { Since = Start, Latency = TimeSpan.FromMicroseconds(321) },
        new("cache2.example.com", 11212, 5, ServerState.Down) { Since = Start.AddHours(1), Name = "shard2" },
        new("2001:db8::3", 65535, int.MaxValue, ServerState.Draining) { Since = Start.AddDays(2) },
        new("ключ", 1, 1, ServerState.Up) { Since = Start, Name = "длинное имя" },
    ];

    /// <summary>
    /// A list that tells which one it is: all servers have the number of the list as their weight.
    /// </summary>
    /// <param name="number">The number, from 1 on.</param>
    /// <param name="count">Servers.</param>
    /// <returns>The list.</returns>
    public static ServerVerdict[] Numbered(int number, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ServerVerdict($"host{i}", 11211, number, ServerState.Up)
        {
            Since = Start.AddSeconds(number),
        })];
}
