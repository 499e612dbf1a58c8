using Larder.Client.Routing;
using Larder.Client.ServerList;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Routing;

/// <summary>
/// Aim: a client that is told to has the servers of a shared list. Method: several servers that all live; where keys go
/// shows which of them the client has.
/// </summary>
public sealed class ServerMembershipTests : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);

    private readonly TestCache[] _caches = [new(), new(), new()];
    private readonly string _folder = Directory.CreateTempSubdirectory("larder-members-").FullName;

    private string ListPath => Path.Combine(_folder, "servers");

    public void Dispose()
    {
        foreach (TestCache cache in _caches) cache.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Servers_that_come_and_go_in_the_list_are_followed()
    {
        using var writer = ServerListWriter.Create(ListPath, s_period, ListOf(0, 1));
        await using CacheClient client = ClientOf(follows: true);
        Assert.Equal(NamesOf(0, 1), await UsedByAsync(client));

        writer.Publish(ListOf(2, 1, 0));
        await Eventually.HoldsAsync(() => Uses(client, 0, 1, 2), "a server has come");
        writer.Publish(ListOf(2));
        await Eventually.HoldsAsync(() => Uses(client, 2), "two servers have gone");
    }

    [Fact]
    public async Task Weights_and_names_are_those_of_the_list()
    {
        ServerVerdict[] list =
            [.. ListOf(0, 1, 2).Select((server, i) => server with { Weight = i + 1, Name = $"n{i}" })];
        using var writer = ServerListWriter.Create(ListPath, s_period, list);
        await using CacheClient client = ClientOf(follows: true);
        await using CacheClient other = Clients.Of(
            _caches[0].Address with { Name = "n0" },
            options =>
            {
                options.Servers.Add(_caches[1].Address with { Weight = 2, Name = "n1" });
                options.Servers.Add(_caches[2].Address with { Weight = 3, Name = "n2" });
            });
        for (int i = 0; i < 200; i++)
        {
            CacheResult set = await client.SetAsync($"key{i}", new byte[1]);
            Assert.Equal((await other.SetAsync($"key{i}", new byte[1])).Server, set.Server);
        }
    }

    [Fact]
    public async Task List_of_a_monitor_that_is_dead_still_says_which_servers_there_are()
    {
        ServerListWriter.Create(ListPath, s_period, ListOf(1, 2)).Dispose();
        await using CacheClient client = ClientOf(follows: true);

        Assert.Equal(NamesOf(1, 2), await UsedByAsync(client));
    }

    [Fact]
    public async Task List_that_is_not_there_yet_is_followed_when_it_is()
    {
        await using CacheClient client = ClientOf(follows: true);
        Assert.Equal(NamesOf(0), await UsedByAsync(client));
        using var writer = ServerListWriter.Create(ListPath, s_period, ListOf(1));

        await Eventually.HoldsAsync(() => Uses(client, 1), "the list is read");
    }

    [Fact]
    public async Task List_that_cannot_be_used_changes_nothing()
    {
        using var writer = ServerListWriter.Create(ListPath, s_period, []);
        await using CacheClient client = ClientOf(follows: true);
        Assert.Equal(NamesOf(0), await UsedByAsync(client));
        writer.Publish(ListOf(1));

        await Eventually.HoldsAsync(() => Uses(client, 1), "the next list is read");
    }

    [Fact]
    public async Task Client_that_is_not_told_to_keeps_its_own_servers()
    {
        using var writer = ServerListWriter.Create(ListPath, s_period, ListOf(1, 2));
        await using CacheClient client = ClientOf(follows: false);

        Assert.Equal(NamesOf(0), await UsedByAsync(client));
    }

    [Fact]
    public void List_that_has_no_path_is_refused() => Assert.Throws<ArgumentException>(
        static () => Clients.Of(new("a"), static options => options.FollowsServerList = true));

    private static async Task<IEnumerable<string>> UsedByAsync(CacheClient client)
    {
        HashSet<string> used = [];
        for (int i = 0; i < 200; i++) used.Add((await client.SetAsync($"key{i}", new byte[1])).Server!);
        return used.Order(StringComparer.Ordinal);
    }

    private bool Uses(CacheClient client, params int[] caches) =>
        UsedByAsync(client).Result.SequenceEqual(NamesOf(caches));

    private IEnumerable<string> NamesOf(params int[] caches) =>
        caches.Select(i => _caches[i].Address.ToString()).Order(StringComparer.Ordinal);

    private List<ServerVerdict> ListOf(params int[] caches) =>
        [.. caches.Select(i => new ServerVerdict("127.0.0.1", _caches[i].Port, 1, ServerState.Up))];

    private CacheClient ClientOf(bool follows) => Clients.Of(_caches[0].Address, options =>
    {
        options.ServerListPath = ListPath;
        options.FollowsServerList = follows;
    });
}
