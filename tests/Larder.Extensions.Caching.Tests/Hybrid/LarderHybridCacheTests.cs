using Larder.Client;
using Larder.Extensions.Caching.Tests.Support;
using Microsoft.Extensions.Caching.Hybrid;
using Xunit;

namespace Larder.Extensions.Caching.Tests.Hybrid;

/// <summary>
/// Aim: one value for all callers, made once. Method: two caches with clients of their own stand for two processes; who
/// makes a value says so.
/// </summary>
public sealed class LarderHybridCacheTests : IClassFixture<CacheFixture>
{
    private static readonly HybridCacheEntryOptions s_serversOnly =
        new() { Flags = HybridCacheEntryFlags.DisableLocalCache };

    private readonly CacheFixture _server;

    public LarderHybridCacheTests(CacheFixture server) => _server = server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Value_made_in_one_process_is_found_by_another()
    {
        await using HybridProcess one = Start();
        await using HybridProcess other = Start();

        Assert.Equal("made", await GetAsync(one, "shared", "made"));
        Assert.Equal("made", await GetAsync(other, "shared", "made again"));
        Assert.Equal("made", await GetAsync(one, "shared", "made again"));
    }

    [Fact]
    public async Task Objects_that_can_change_are_not_shared()
    {
        await using HybridProcess process = Start();
        static ValueTask<List<int>> Make(CancellationToken _) => new([1, 2]);

        List<int> first = await process.Cache.GetOrCreateAsync("list", Make, cancellationToken: Token);
        first.Add(3);

        Assert.Equal([1, 2], await process.Cache.GetOrCreateAsync("list", Make, cancellationToken: Token));
    }

    [Fact]
    public async Task Null_is_a_value()
    {
        await using HybridProcess one = Start();
        await using HybridProcess other = Start();

        Assert.Null(await GetAsync(one, "null", null));
        Assert.Null(await GetAsync(other, "null", "not null"));
    }

    [Fact]
    public async Task Thousand_callers_of_two_processes_make_one_value()
    {
        await using HybridProcess one = Start();
        await using HybridProcess other = Start();
        int made = 0;
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        async ValueTask<int> Make(CancellationToken token)
        {
            await gate.Task.WaitAsync(token);
            return Interlocked.Increment(ref made);
        }

        Task<int>[] callers = [.. Enumerable.Range(0, 1000).Select(number =>
            (number % 2 == 0 ? one : other).Cache.GetOrCreateAsync("storm", Make, cancellationToken: Token).AsTask())];
        gate.SetResult();

        Assert.All(await Task.WhenAll(callers), static value => Assert.Equal(1, value));
        Assert.Equal(1, made);
    }

    [Fact]
    public async Task Winner_that_fails_lets_the_next_one_try()
    {
        await using HybridProcess one = Start();
        await using HybridProcess other = Start();

        await Assert.ThrowsAsync<InvalidDataException>(() => one.Cache.GetOrCreateAsync<string>(
            "fails", static _ => throw new InvalidDataException("no"), cancellationToken: Token).AsTask());

        Assert.Equal("made", await GetAsync(other, "fails", "made"));
    }

    [Fact]
    public async Task Winner_that_never_ends_is_waited_for_only_so_long()
    {
        await using HybridProcess one = Start(static options => options.MakeTimeMax = TimeSpan.FromSeconds(1));
        await using HybridProcess other = Start(static options => options.MakeTimeMax = TimeSpan.FromSeconds(1));
        using CancellationTokenSource stop = new();
        TaskCompletionSource begun = new();
        Task<string> never = one.Cache.GetOrCreateAsync<string>(
            "never",
            async token =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, token);
                return "";
            },
            cancellationToken: stop.Token).AsTask();
        await begun.Task.WaitAsync(Token);

        Assert.Equal("made", await GetAsync(other, "never", "made"));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
    }

    [Fact]
    public async Task Caller_who_leaves_does_not_take_the_others_with_him()
    {
        await using HybridProcess process = Start();
        using CancellationTokenSource leave = new();
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        async ValueTask<string> Make(CancellationToken token)
        {
            await gate.Task.WaitAsync(token);
            return "made";
        }
        Task<string> leaves = process.Cache.GetOrCreateAsync("leave", Make, cancellationToken: leave.Token).AsTask();
        Task<string> stays = process.Cache.GetOrCreateAsync("leave", Make, cancellationToken: Token).AsTask();

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        gate.SetResult();

        Assert.Equal("made", await stays);
    }

    [Fact]
    public async Task Removed_key_is_made_anew_also_when_it_was_being_made()
    {
        await using HybridProcess process = Start();
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string> old = process.Cache.GetOrCreateAsync(
            "removed",
            async token =>
            {
                begun.SetResult();
                await gate.Task.WaitAsync(token);
                return "old";
            },
            cancellationToken: Token).AsTask();
        await begun.Task.WaitAsync(Token);
        await process.Cache.RemoveAsync("removed", Token);
        gate.SetResult();
        Assert.Equal("old", await old);

        Assert.Equal("new", await GetAsync(process, "removed", "new"));
    }

    [Fact]
    public async Task Removed_tag_takes_its_entries_in_all_processes_and_no_others()
    {
        await using HybridProcess one = Start();
        await using HybridProcess other = Start();
        await GetAsync(one, "tagged", "old", "red", "green");
        await GetAsync(one, "untagged", "old", "green");
        await GetAsync(other, "tagged", "never", "red", "green");

        await one.Cache.RemoveByTagAsync("red", Token);

        Assert.Equal("new", await GetAsync(other, "tagged", "new", "red", "green"));
        Assert.Equal("new", await GetAsync(one, "tagged", "newer", "red", "green"));
        Assert.Equal("old", await GetAsync(one, "untagged", "new", "green"));
        await other.Cache.RemoveByTagAsync("*", Token);
        Assert.Equal("newest", await GetAsync(one, "untagged", "newest", "green"));
    }

    [Fact]
    public async Task Tag_is_held_for_valid_no_longer_than_its_age()
    {
        ManualClock clock = new();
        await using HybridProcess one = Start(options =>
        {
            options.TagAgeMax = TimeSpan.FromSeconds(10);
            options.Clock = clock;
        });
        await using HybridProcess other = Start();
        await GetAsync(one, "aged", "old", "aging");
        await other.Cache.RemoveByTagAsync("aging", Token);

        Assert.Equal("old", await GetAsync(one, "aged", "new", "aging"));
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("new", await GetAsync(one, "aged", "new", "aging"));
    }

    [Fact]
    public async Task Flags_are_honoured()
    {
        await using HybridProcess one = Start();
        await using HybridProcess other = Start();
        HybridCacheEntryOptions localOnly = new() { Flags = HybridCacheEntryFlags.DisableDistributedCache };
        HybridCacheEntryOptions lookOnly = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };

        Assert.Equal("mine", await one.Cache.GetOrCreateAsync("flags", Make("mine"), localOnly, null, Token));
        Assert.Null(await other.Cache.GetOrCreateAsync("flags", Make("no"), lookOnly, null, Token));
        Assert.Equal("yours", await other.Cache.GetOrCreateAsync("flags", Make("yours"), s_serversOnly, null, Token));
        Assert.Equal("mine", await one.Cache.GetOrCreateAsync("flags", Make("no"), null, null, Token));
        Assert.Equal("yours", await one.Cache.GetOrCreateAsync("flags", Make("no"), s_serversOnly, null, Token));
    }

    [Fact]
    public async Task Set_replaces_for_all()
    {
        await using HybridProcess one = Start();
        await using HybridProcess other = Start();
        await one.Cache.SetAsync("set", "first", cancellationToken: Token);
        await one.Cache.SetAsync("set", "second", cancellationToken: Token);

        Assert.Equal("second", await GetAsync(one, "set", "no"));
        Assert.Equal("second", await GetAsync(other, "set", "no"));
    }

    [Fact]
    public async Task Entry_that_is_nearly_over_is_renewed_by_one_and_old_for_the_others()
    {
        await using HybridProcess one = Start(static options => options.RenewBefore = TimeSpan.FromMinutes(10));
        await using HybridProcess other = Start(static options => options.RenewBefore = TimeSpan.FromMinutes(10));
        await one.Cache.SetAsync("renewed", "old", s_serversOnly, cancellationToken: Token);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string> renewal = one.Cache.GetOrCreateAsync(
            "renewed",
            async token =>
            {
                begun.SetResult();
                await gate.Task.WaitAsync(token);
                return "new";
            },
            s_serversOnly,
            cancellationToken: Token).AsTask();
        await begun.Task.WaitAsync(Token);

        Assert.Equal("old", await other.Cache.GetOrCreateAsync("renewed", Make("no"), s_serversOnly, null, Token));
        gate.SetResult();
        Assert.Equal("new", await renewal);
    }

    [Fact]
    public async Task Renewal_that_fails_leaves_the_old_value()
    {
        await using HybridProcess one = Start(static options => options.RenewBefore = TimeSpan.FromMinutes(10));
        await one.Cache.SetAsync("kept", "old", s_serversOnly, cancellationToken: Token);

        string value = await one.Cache.GetOrCreateAsync<string>(
            "kept", static _ => throw new InvalidDataException("no"), s_serversOnly, null, Token);

        Assert.Equal("old", value);
    }

    [Fact]
    public async Task Value_too_large_is_given_but_not_kept()
    {
        await using HybridProcess process = Start(static options => options.PayloadBytesMax = 10);

        Assert.Equal("eleven bytes", await GetAsync(process, "large", "eleven bytes"));
        Assert.Equal("short", await GetAsync(process, "large", "short"));
        Assert.Equal("short", await GetAsync(process, "large", "no"));
    }

    [Fact]
    public async Task Servers_that_are_down_cost_no_value_and_no_error()
    {
        CacheClient client = new(new CacheClientOptions { Servers = { "127.0.0.1:1" } });
        await using HybridProcess process = new(client);

        Assert.Equal("made", await GetAsync(process, "down", "made"));
        Assert.Equal("made", await GetAsync(process, "down", "no"));
        await Assert.ThrowsAsync<CacheException>(() => process.Cache.RemoveAsync("down", Token).AsTask());
    }

    [Fact]
    public async Task Bytes_that_are_no_entry_are_replaced()
    {
        await using HybridProcess process = Start();
        await using CacheClient client = _server.Connect();
        await client.SetAsync("foreign", new byte[] { 9, 9, 9 }, token: Token);

        Assert.Equal("made", await GetAsync(process, "foreign", "made"));
        Assert.Equal("made", await GetAsync(Start(), "foreign", "no"));
    }

    [Fact]
    public async Task Bad_arguments_are_refused()
    {
        await using HybridProcess process = Start();
        HybridCacheEntryOptions over = new() { Expiration = TimeSpan.Zero };
        string[] tags = [.. Enumerable.Range(0, 300).Select(static number => $"tag{number}")];

        await Assert.ThrowsAsync<ArgumentException>(async () => await GetAsync(process, "", "no"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await GetAsync(process, "key", "no", ""));
        await Assert.ThrowsAsync<ArgumentException>(async () => await GetAsync(process, "key", "no", tags));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await process.Cache.GetOrCreateAsync("key", Make("no"), over, null, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await process.Cache.RemoveByTagAsync("", Token));
    }

    private static Func<CancellationToken, ValueTask<string?>> Make(string? value) => _ => new(value);

    private static ValueTask<string?> GetAsync(
        HybridProcess process, string key, string? value, params string[] tags) =>
        process.Cache.GetOrCreateAsync(key, Make(value), tags: tags, cancellationToken: Token);

    private HybridProcess Start(Action<LarderHybridCacheOptions>? change = null) => new(_server.Connect(), change);
}
