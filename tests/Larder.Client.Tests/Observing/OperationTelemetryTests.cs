using System.Buffers;
using System.Diagnostics;
using Larder.Client.Routing;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Observing;

/// <summary>
/// Aim: each operation is one span, one duration and one result, as OpenTelemetry's conventions have it. Method: all
/// that is measured while one client works, with no other test beside.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class OperationTelemetryTests
{
    private const string Duration = "db.client.operation.duration";
    private const string Results = "larder.client.results";

    private static readonly byte[] s_value = "value"u8.ToArray();

    public static TheoryData<string, string, Func<CacheClient, Task>> Operations => new()
    {
        { "get", "hit", static async client => await client.GetAsync("there", new ArrayBufferWriter<byte>()) },
        { "get", "hit", static async client => (await client.GetAsync("there")).Dispose() },
        { "get", "miss", static async client => (await client.TryGetAsync("absent")).Dispose() },
        { "gat", "hit", static async client => (await client.GetAndTouchAsync("there", default)).Dispose() },
        { "touch", "done", static async client => await client.TouchAsync("there", default) },
        { "set", "done", static async client => await client.SetAsync("there", s_value) },
        { "add", "not_stored", static async client => await client.AddAsync("there", s_value) },
        { "replace", "done", static async client => await client.ReplaceAsync("there", s_value) },
        { "append", "done", static async client => await client.AppendAsync("there", s_value) },
        { "prepend", "not_stored", static async client => await client.PrependAsync("absent", s_value) },
        { "cas", "exists", static async client => await client.CompareAndSetAsync("there", s_value, 1) },
        { "incr", "done", static async client => await client.IncrementAsync("number", initial: 1) },
        { "decr", "miss", static async client => await client.DecrementAsync("absent") },
        { "delete", "miss", static async client => await client.DeleteAsync("absent") },
        { "noop", "done", static async client => await client.PingAsync() },
        { "version", "done", static async client => await client.VersionAsync() },
        { "flush_all", "done", static async client => await client.FlushAsync() },
        { "stats", "done", static async client => await client.StatisticsAsync() },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_is_one_span_one_duration_and_one_result(
        string name, string outcome, Func<CacheClient, Task> run)
    {
        using TestCache cache = new();
        await using CacheClient client = Clients.Of(cache.Address);
        await client.SetAsync("there", s_value);
        using TelemetryListener listener = new();
        await run(client);

        Activity span = Assert.Single(listener.Spans);
        Assert.Equal($"{name} {cache.Address}", span.DisplayName);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("memcached", span.GetTagItem("db.system.name"));
        Assert.Equal(name, span.GetTagItem("db.operation.name"));
        Assert.Equal("127.0.0.1", span.GetTagItem("server.address"));
        Assert.Equal(cache.Port, span.GetTagItem("server.port"));
        Assert.Null(span.GetTagItem("error.type"));
        Assert.Equal(outcome, span.GetTagItem("larder.outcome"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);

        MeasuredValue duration = Assert.Single(listener.Of(Duration));
        Assert.Equal("s", duration.Unit);
        Assert.Equal(span.Duration.TotalSeconds, duration.Value);
        Assert.Equal(
            [
                new("db.system.name", "memcached"), new("db.operation.name", name),
                new("server.address", "127.0.0.1"), new("server.port", cache.Port),
            ],
            duration.Tags);

        MeasuredValue result = Assert.Single(listener.Of(Results));
        Assert.Equal((outcome, name, 1.0), (result["outcome"], result["db.operation.name"], result.Value));
    }

    [Fact]
    public async Task Batch_is_one_span_and_one_duration_with_a_result_for_each_key()
    {
        using TestCache first = new();
        using TestCache second = new();
        await using CacheClient client =
            Clients.Of(first.Address, options => options.Servers.Add(second.Address));
        CacheKey[] keys = [.. Enumerable.Range(0, 50).Select(static i => new CacheKey($"key{i}"))];
        for (int i = 0; i < 30; i++) await client.SetAsync(keys[i], s_value);
        using TelemetryListener listener = new();
        foreach (CacheValue value in await client.TryGetManyAsync(keys)) value.Dispose();

        Activity span = Assert.Single(listener.Spans);
        Assert.Equal("BATCH get", span.DisplayName);
        Assert.Equal("BATCH get", span.GetTagItem("db.operation.name"));
        Assert.Equal(50, span.GetTagItem("db.operation.batch.size"));
        Assert.Null(span.GetTagItem("server.address"));
        MeasuredValue duration = Assert.Single(listener.Of(Duration));
        Assert.Equal("BATCH get", duration["db.operation.name"]);
        Assert.Null(duration["db.operation.batch.size"]);
        IReadOnlyList<MeasuredValue> results = listener.Of(Results);
        Assert.Equal(30, results.Count(static result => (string?)result["outcome"] == "hit"));
        Assert.Equal(20, results.Count(static result => (string?)result["outcome"] == "miss"));
        Assert.Equal(2, results.Select(static result => result["server.port"]).Distinct().Count());

        listener.Forget();
        foreach (CacheValue value in await client.TryGetManyAsync(keys[..1])) value.Dispose();
        Assert.StartsWith("get 127.0.0.1:", Assert.Single(listener.Spans).DisplayName, StringComparison.Ordinal);
        Assert.Null(listener.Spans[0].GetTagItem("db.operation.batch.size"));
    }

    [Fact]
    public async Task Timeout_is_an_error_of_that_type()
    {
        await using ScriptedServer server = new(static connection => connection.HangAsync());
        await using CacheClient client = Clients.Of(server.Address);
        using TelemetryListener listener = new();
        GetRequest hasty = new("key") { Timeout = TimeSpan.FromMilliseconds(20) };
        Assert.Equal(CacheStatus.Timeout, (await client.TryGetAsync(hasty)).Result.Status);

        AssertError(listener, "timeout");
        listener.Forget();
        await Assert.ThrowsAsync<CacheException>(async () => await client.GetAsync(hasty));
        AssertError(listener, "timeout");
        await Eventually.HoldsAsync(() => listener.IsConnected(server.Address.ToString()), "there is a connection");
        listener.Forget();
        StoreRequest change = new("key", s_value) { Timeout = TimeSpan.FromMilliseconds(20) };
        Assert.Equal(CacheStatus.Ambiguous, (await client.TryStoreAsync(change)).Status);
        AssertError(listener, "ambiguous");
    }

    [Fact]
    public async Task Error_that_is_shown_as_a_miss_is_seen_as_an_error()
    {
        ServerAddress nobody = await AddressOfNobodyAsync();
        await using CacheClient client = Clients.Of(nobody, static options => options.ErrorsAreMisses = true);
        using TelemetryListener listener = new();
        Assert.Equal(CacheStatus.Miss, (await client.GetAsync("key")).Result.Status);
        AssertError(listener, "server_down");
        listener.Forget();
        Assert.Equal(CacheStatus.Miss, (await client.GetAsync("key", new ArrayBufferWriter<byte>())).Status);
        AssertError(listener, "server_down");
        listener.Forget();

        CacheValue[] values = await client.TryGetManyAsync(["a", "b"]);
        Assert.All(values, static value => Assert.Equal(CacheStatus.Miss, value.Result.Status));
        Assert.Equal("server_down", Assert.Single(listener.Spans).GetTagItem("error.type"));
        Assert.Equal("server_down", Assert.Single(listener.Of(Duration))["error.type"]);
        Assert.All(listener.Of(Results), static result => Assert.Equal("server_down", result["outcome"]));
    }

    [Fact]
    public async Task Refusal_of_the_server_is_an_error_with_its_words()
    {
        await using ScriptedServer server = new(static async connection =>
        {
            while (await connection.ReadLineAsync() is not null)
                await connection.SendAsync("SERVER_ERROR out of memory storing object\r\n");
        });
        await using CacheClient client = Clients.Of(server.Address);
        using TelemetryListener listener = new();
        Assert.Equal(CacheStatus.ServerError, (await client.TryDeleteAsync("key")).Status);

        AssertError(listener, "server_error");
        Assert.Contains("out of memory", listener.Spans[0].StatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_operation_and_writer_that_throws_are_named_by_their_exceptions()
    {
        await using ScriptedServer server = new(static connection => connection.HangAsync());
        await using CacheClient client = Clients.Of(server.Address);
        using TelemetryListener listener = new();
        using CancellationTokenSource cancelling = new();
        Task<CacheValue> waiting = client.GetAsync("key", cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(
            typeof(OperationCanceledException).FullName, Assert.Single(listener.Of(Duration))["error.type"]);
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(listener.Spans).Status);

        using TestCache cache = new();
        await using CacheClient other = Clients.Of(cache.Address);
        await other.SetAsync("key", s_value);
        listener.Forget();
        await Assert.ThrowsAsync<InsufficientMemoryException>(
            async () => await other.GetAsync("key", new FullWriter()));
        Assert.Equal(
            typeof(InsufficientMemoryException).FullName, Assert.Single(listener.Of(Duration))["error.type"]);
        Assert.Empty(listener.Of(Results));
    }

    [Fact]
    public async Task Operation_that_goes_to_another_server_is_called_by_that()
    {
        using TestCache live = new();
        ServerAddress nobody = await AddressOfNobodyAsync();
        await using CacheClient client = Clients.Of(nobody, options => options.Servers.Add(live.Address));
        for (int i = 0; i < 100; i++) (await client.TryGetAsync($"key{i}")).Dispose(); // until it is known to be down
        using TelemetryListener listener = new();
        for (int i = 0; i < 100; i++) (await client.TryGetAsync($"key{i}")).Dispose();

        Assert.All(listener.Spans, span => Assert.Equal(
            ($"get {live.Address}", live.Port), (span.DisplayName, span.GetTagItem("server.port"))));
        Assert.All(listener.Of(Duration), value => Assert.Equal(live.Port, value["server.port"]));
        Assert.Equal(100, listener.Of(Results).Count);
    }

    [Fact]
    public async Task Span_is_a_child_of_the_callers_and_leaves_that_current()
    {
        using TestCache cache = new();
        await using CacheClient client = Clients.Of(cache.Address);
        using TelemetryListener listener = new();
        using Activity parent = new Activity("caller").Start();
        ValueTask<CacheResult> set = client.SetAsync("key", s_value);
        Assert.Same(parent, Activity.Current);
        await set;
        Assert.Same(parent, Activity.Current);

        Assert.Equal(parent.Id, Assert.Single(listener.Spans).ParentId);
    }

    [Fact]
    public async Task Metrics_alone_need_no_spans()
    {
        using TestCache cache = new();
        await using CacheClient client = Clients.Of(cache.Address);
        using TelemetryListener listener = new(traces: false);
        await client.SetAsync("key", s_value);

        Assert.Empty(listener.Spans);
        Assert.Single(listener.Of(Duration));
    }

    [Fact]
    public async Task Request_that_the_protocol_cannot_say_is_no_operation()
    {
        using TestCache cache = new();
        await using CacheClient client =
            Clients.Of(cache.Address, static options => options.Protocol = ClientProtocol.Text);
        using TelemetryListener listener = new();

        await Assert.ThrowsAsync<NotSupportedException>(
            async () => await client.GetAsync(new GetRequest("key") { WithTtl = true }));
        Assert.Empty(listener.Spans);
    }

    private static void AssertError(TelemetryListener listener, string type)
    {
        Activity span = Assert.Single(listener.Spans);
        Assert.Equal(type, span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.NotNull(span.StatusDescription);
        Assert.Equal(type, Assert.Single(listener.Of(Duration))["error.type"]);
        Assert.Equal(type, Assert.Single(listener.Of(Results))["outcome"]);
    }

    /// <summary>A port of loopback on which nobody listens any more.</summary>
    private static async Task<ServerAddress> AddressOfNobodyAsync()
    {
        ScriptedServer gone = new(static _ => Task.CompletedTask);
        await gone.DisposeAsync();
        return gone.Address;
    }
}
