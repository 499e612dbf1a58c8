using System.Text;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Pipelining;

/// <summary>
/// Aim: whatever a server does, each caller gets an answer of his own, within his time. Method: servers that do it, by
/// script.
/// </summary>
public sealed class FaultTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Server_that_never_answers_times_reads_out_and_leaves_changes_ambiguous()
    {
        await using ScriptedServer server = new(static async connection =>
        {
            await AnswerAsync(connection, (await connection.ReadLineAsync())!);
            await connection.HangAsync();
        });
        await using CacheClient client = Clients.Of(server.Address, static options =>
        {
            options.RequestTimeout = s_short;
            options.TimeoutsUntilDown = int.MaxValue;
        });
        // A change that times out before its connection is there was never sent, and is not ambiguous.
        GetRequest open = new("open") { Timeout = Clients.Patience };
        using CacheValue opened = await client.GetAsync(open);
        Assert.Equal(CacheStatus.Timeout, (await client.TryGetAsync("key")).Result.Status);
        Assert.Equal(CacheStatus.Ambiguous, (await client.TrySetAsync("key", new byte[1])).Status);
        Assert.Equal(CacheStatus.Ambiguous, (await client.TryDeleteAsync("key")).Status);
        CacheException thrown = await Assert.ThrowsAsync<CacheException>(async () => await client.GetAsync("key"));
        Assert.Equal(CacheStatus.Timeout, thrown.Status);
    }

    [Fact]
    public async Task Error_is_a_miss_only_when_asked()
    {
        await using ScriptedServer server = new(static connection => connection.HangAsync());
        await using CacheClient client = Clients.Of(server.Address, static options =>
        {
            options.RequestTimeout = s_short;
            options.ErrorsAreMisses = true;
        });
        using CacheValue value = await client.GetAsync("key");
        Assert.Equal(CacheStatus.Miss, value.Result.Status);
        Assert.NotNull(value.Result.Message);
    }

    [Fact]
    public async Task Late_reply_is_dropped_and_the_next_one_reaches_its_caller()
    {
        TaskCompletionSource gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = new(async connection =>
        {
            await AnswerAsync(connection, (await connection.ReadLineAsync())!);
            string first = (await connection.ReadLineAsync())!;
            await gaveUp.Task;
            string second = (await connection.ReadLineAsync())!;
            await connection.SendAsync($"VA 5 f0 O{ScriptedConnection.OpaqueOf(first)}\r\nfirst\r\n");
            await connection.SendAsync($"VA 6 f0 O{ScriptedConnection.OpaqueOf(second)}\r\nsecond\r\n");
            await connection.HangAsync();
        });
        await using CacheClient client = Clients.Of(server.Address);
        // A request that gives up before its connection is there is never sent.
        using CacheValue opened = await client.GetAsync("open");
        GetRequest request = new("first") { Timeout = s_short };
        Assert.Equal(CacheStatus.Timeout, (await client.TryGetAsync(request)).Result.Status);
        ValueTask<CacheValue> next = client.GetAsync("second");
        gaveUp.SetResult();
        using CacheValue value = await next;
        Assert.Equal("second", Encoding.UTF8.GetString(value.Span));
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task Reply_with_another_opaque_ends_the_connection()
    {
        await using ScriptedServer server = new(static async connection =>
        {
            while (await connection.ReadLineAsync() is { } line)
            {
                string opaque = connection.Number == 1 ? "999" : ScriptedConnection.OpaqueOf(line);
                await connection.SendAsync($"VA 1 f0 O{opaque}\r\n{connection.Number}\r\n");
            }
        });
        await using CacheClient client = Clients.Of(server.Address);
        using CacheValue value = await client.GetAsync("key");
        Assert.Equal("2", Encoding.UTF8.GetString(value.Span));
    }

    [Theory]
    [InlineData("garbage\r\n")]
    [InlineData("VA 99999999999\r\n")]
    [InlineData("VA 2000000000 f0\r\n")]
    [InlineData("VA 1 f0\r\nxyz")]
    [InlineData("HD\r\nHD\r\n")]
    [InlineData("\0\0\0\0\r\n")]
    public async Task Garbage_ends_the_connection_and_leaves_a_change_ambiguous(string garbage)
    {
        await using ScriptedServer server = new(async connection =>
        {
            await connection.ReadLineAsync();
            await connection.SendAsync(garbage);
            await connection.HangAsync();
        });
        await using CacheClient client = Clients.Of(server.Address);
        CacheResult first = await client.TryDeleteAsync("key");
        if (!garbage.StartsWith("HD", StringComparison.Ordinal))
        {
            Assert.Equal(CacheStatus.Ambiguous, first.Status);
            Assert.NotNull(first.Message);
        }
        // With one reply too much it is a later request that meets the broken connection, or a new one.
        DeleteRequest next = new("key") { Timeout = s_short };
        while (server.Accepted < 2) await client.TryDeleteAsync(next);
    }

    [Fact]
    public async Task Reply_that_comes_byte_by_byte_is_read()
    {
        await using ScriptedServer server = new(static async connection =>
        {
            while (await connection.ReadLineAsync() is { } line)
            {
                await connection.SendSlowlyAsync($"VA 10 f7 O{ScriptedConnection.OpaqueOf(line)}\r\n0123456789\r\n");
            }
        });
        await using CacheClient client = Clients.Of(server.Address);
        for (int i = 0; i < 5; i++)
        {
            using CacheValue value = await client.GetAsync("key");
            Assert.Equal("0123456789", Encoding.UTF8.GetString(value.Span));
            Assert.Equal(7u, value.Result.ClientFlags);
        }
    }

    [Fact]
    public async Task Connection_that_closes_amid_a_reply_repeats_reads_and_leaves_changes_ambiguous()
    {
        await using ScriptedServer server = new(static async connection =>
        {
            if (connection.Number <= 2)
            {
                await connection.ReadLineAsync();
                await connection.SendAsync("VA 10 f");
                return;
            }
            while (await connection.ReadLineAsync() is { } line)
                await connection.SendAsync($"VA 4 f0 O{ScriptedConnection.OpaqueOf(line)}\r\ngood\r\n");
        });
        await using CacheClient client = Clients.Of(server.Address);
        Assert.Equal(CacheStatus.Ambiguous, (await client.TryDeleteAsync("key")).Status);
        using CacheValue value = await client.GetAsync("key");
        Assert.Equal("good", Encoding.UTF8.GetString(value.Span));
        Assert.Equal(3, server.Accepted);
    }

    [Fact]
    public async Task Nothing_is_repeated_when_the_rule_says_so()
    {
        await using ScriptedServer server = new(static async connection => await connection.ReadLineAsync());
        await using CacheClient client =
            Clients.Of(server.Address, static options => options.Resubmit = ResubmitRule.Nothing);
        Assert.Equal(CacheStatus.ServerDown, (await client.TryGetAsync("key")).Result.Status);
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task Idempotent_change_is_repeated_when_the_rule_says_so()
    {
        await using ScriptedServer server = new(static async connection =>
        {
            string line = (await connection.ReadLineAsync())!;
            if (connection.Number == 1) return;
            await connection.SendAsync($"HD O{ScriptedConnection.OpaqueOf(line)}\r\n");
            await connection.HangAsync();
        });
        await using CacheClient client =
            Clients.Of(server.Address, static options => options.Resubmit = ResubmitRule.Idempotent);
        Assert.Equal(CacheStatus.Done, (await client.TryDeleteAsync("key")).Status);
        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task Server_that_refuses_connections_is_down()
    {
        await using ScriptedServer gone = new(static connection => connection.HangAsync());
        await using CacheClient client = Clients.Of(gone.Address);
        await gone.DisposeAsync();
        Assert.Equal(CacheStatus.ServerDown, (await client.TrySetAsync("key", new byte[1])).Status);
        Assert.Equal(CacheStatus.ServerDown, (await client.TryGetAsync("key")).Result.Status);
    }

    [Fact]
    public async Task Change_that_waits_for_a_connection_times_out_and_is_never_sent()
    {
        await using ScriptedServer server = new(static async connection =>
        {
            if (connection.Number == 1) await connection.ReadLineAsync();
            await connection.HangAsync();
        });
        await using CacheClient client = Clients.Of(server.Address, static options =>
        {
            options.User = "user";
            options.Password = "password";
            options.RequestTimeout = s_short;
        });
        // The login is never answered, so the connection never opens.
        CacheResult set = await client.TrySetAsync("key", new byte[1]);
        Assert.Equal(CacheStatus.Timeout, set.Status);
    }

    [Fact]
    public async Task Too_many_requests_are_busy_at_once()
    {
        await using ScriptedServer server = new(static connection => connection.HangAsync());
        await using CacheClient client = Clients.Of(server.Address, static options => options.InFlightMax = 3);
        using CancellationTokenSource ending = new();
        ValueTask<CacheValue>[] waiting =
            [.. Enumerable.Range(0, 3).Select(_ => client.TryGetAsync("key", ending.Token))];
        Assert.Equal(CacheStatus.Busy, (await client.TryGetAsync("key")).Result.Status);
        await ending.CancelAsync();
        foreach (ValueTask<CacheValue> task in waiting)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await task);
    }

    [Fact]
    public async Task Cancelled_read_ends_at_once_with_its_token()
    {
        await using ScriptedServer server = new(static connection => connection.HangAsync());
        await using CacheClient client = Clients.Of(server.Address);
        using CancellationTokenSource source = new();
        ValueTask<CacheValue> waiting = client.TryGetAsync("key", source.Token);
        await source.CancelAsync();
        OperationCanceledException thrown =
            await Assert.ThrowsAsync<OperationCanceledException>(async () => await waiting);
        Assert.Equal(source.Token, thrown.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await client.TryGetAsync("key", source.Token));
    }

    [Fact]
    public async Task Disposing_ends_who_waits()
    {
        await using ScriptedServer server = new(static connection => connection.HangAsync());
        CacheClient client = Clients.Of(server.Address);
        ValueTask<CacheValue> waiting = client.TryGetAsync("key");
        await client.DisposeAsync();
        Assert.Equal(CacheStatus.ServerDown, (await waiting).Result.Status);
    }

    private static Task AnswerAsync(ScriptedConnection connection, string line) =>
        connection.SendAsync($"VA 4 f0 O{ScriptedConnection.OpaqueOf(line)}\r\nopen\r\n");
}
