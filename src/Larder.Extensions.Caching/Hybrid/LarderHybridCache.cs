using System.Buffers;
using System.Diagnostics.Metrics;
using Larder.Client;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>
/// A hybrid cache: what this process has used lately in its own memory, the rest on memcached's servers, and whoever
/// makes a value makes it for all processes. Any thread.
/// <code>
///  GetOrCreateAsync   own memory, if the entry's tags still hold
///    FlightTable      one search for a key at a time in this process
///      EntryServers   one maker at a time among all processes
///        factory
/// </code>
/// Values are serialized when they are made, and each caller gets an object of its own, unless the type cannot be
/// changed. Removing a key is seen at once by the servers and by this process, and by others when their own copy ends
/// (LocalCacheExpiration); removing a tag, by all within <see cref="LarderHybridCacheOptions.TagAgeMax"/>. The tag
/// <c>*</c> stands for all entries.
/// </summary>
public sealed partial class LarderHybridCache : HybridCache, IDisposable
{
    /// <summary>The name of the meter: one counter, <c>larder.hybrid.requests</c>, by outcome.</summary>
    public const string MeterName = "Larder.Extensions.Caching";

    private static readonly Meter s_meter = new(MeterName);
    private static readonly Counter<long> s_requests = s_meter.CreateCounter<long>(
        "larder.hybrid.requests", "{request}", "Answers of the hybrid cache: local, servers, made, absent or failed");

    private readonly LarderHybridCacheOptions _options;
    private readonly Serializers _serializers;
    private readonly MemoryCache _local;
    private readonly FlightTable _flights = new();
    private readonly TagVersions _tags;
    private readonly EntryServers _servers;
    private readonly ILogger _logger;

    /// <summary>A cache on a client that stays its owner's.</summary>
    /// <param name="client">Must speak the meta protocol.</param>
    /// <param name="options">Sizes and times.</param>
    /// <param name="services">Where serializers are registered.</param>
    /// <param name="logger">Hears of servers that fail.</param>
    public LarderHybridCache(
        CacheClient client,
        IOptions<LarderHybridCacheOptions> options,
        IServiceProvider services,
        ILogger<LarderHybridCache> logger)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(logger);
        _options = options.Value;
        _logger = logger;
        _serializers = new Serializers(services, _options.Json);
        _local = new MemoryCache(new MemoryCacheOptions { SizeLimit = _options.LocalBytesMax });
        _tags = new TagVersions(client, _options);
        _servers = new EntryServers(client, _options, _tags, logger);
    }

    /// <inheritdoc/>
    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(factory);
        EntryPlan plan = new(options, _options.DefaultEntryOptions);
        if (plan.ReadsLocal && _local.TryGetValue(key, out LocalEntry? entry) && _tags.HoldNow(entry!.Tags) == true)
        {
            Count("local");
            return new(ObjectOf<T>(entry));
        }
        return JoinAsync(new Making<TState, T>(key, state, factory, plan, tags), cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask SetAsync<T>(
        string key,
        T value,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        EntryPlan plan = new(options, _options.DefaultEntryOptions);
        TagMark[] marks = await _tags.MarksAsync(tags, cancellationToken).ConfigureAwait(false);
        LocalEntry entry = EntryOf(value, marks);
        await KeepAsync(key, entry, plan, winCas: 0, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        _local.Remove(key);
        await _servers.RemoveAsync(key, cancellationToken).ConfigureAwait(false);
        _local.Remove(key);
    }

    /// <inheritdoc/>
    public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return _tags.RemoveAsync(tag == "*" ? TagVersions.All : tag, cancellationToken);
    }

    /// <summary>Lets go of this process's memory; the client stays its owner's.</summary>
    public void Dispose() => _local.Dispose();

    private static void Count(string outcome) =>
        s_requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private async ValueTask<T> JoinAsync<TState, T>(Making<TState, T> making, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        FlightKey key = new(making.Key, typeof(T), making.Plan.Flags);
        Flight flight = _flights.Join(key, out bool isFirst);
        try
        {
            if (isFirst) _ = FlyAsync(making, key, flight);
            LocalEntry? entry = await flight.Landed.Task.WaitAsync(token).ConfigureAwait(false);
            return entry is null ? default! : ObjectOf<T>(entry);
        }
        finally
        {
            _flights.Leave(key, flight);
        }
    }

    /// <summary>Searches for all who wait; what goes wrong is theirs.</summary>
    private async Task FlyAsync<TState, T>(Making<TState, T> making, FlightKey key, Flight flight)
    {
        try
        {
            LocalEntry? entry = await SearchAsync(making, flight.Left).ConfigureAwait(false);
            _flights.End(key, flight);
            flight.Landed.SetResult(entry);
        }
#pragma warning disable CA1031 // goes to those who wait
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Count("failed");
            _flights.End(key, flight);
            flight.Landed.SetException(exception);

            // Nobody may be left to see it.
            _ = flight.Landed.Task.Exception;
        }
    }

    private async ValueTask<LocalEntry?> SearchAsync<TState, T>(Making<TState, T> making, CancellationToken token)
    {
        EntryPlan plan = making.Plan;
        if (plan.ReadsLocal && _local.TryGetValue(making.Key, out LocalEntry? local)
            && await _tags.HoldAsync(local!.Tags, token).ConfigureAwait(false))
        {
            Count("local");
            return local;
        }
        ServerAnswer answer = plan.ReadsServers
            ? await _servers.ReadAsync(making.Key, plan.Makes && plan.WritesServers, token).ConfigureAwait(false)
            : default;
        if (answer.Entry is not null && (answer.WinCas == 0 || !plan.Makes))
        {
            Count("servers");
            if (plan.WritesLocal) KeepLocally(making.Key, answer.Entry, Least(plan.LocalExpiration, answer.Left));
            return answer.Entry;
        }
        if (!plan.Makes)
        {
            Count("absent");
            return null;
        }
        return await MakeAsync(making, answer, token).ConfigureAwait(false);
    }

    private async ValueTask<LocalEntry> MakeAsync<TState, T>(
        Making<TState, T> making, ServerAnswer answer, CancellationToken token)
    {
        LocalEntry entry;
        try
        {
            // The tags first: one that is removed while the value is being made has another version then.
            TagMark[] marks = await _tags.MarksAsync(making.Tags, token).ConfigureAwait(false);
            T value = await making.Factory(making.State, token).ConfigureAwait(false);
            entry = EntryOf(value, marks);
        }
        catch (Exception exception) when (answer.Entry is not null && exception is not OperationCanceledException)
        {
            LogNotRenewed(exception, making.Key);
            return answer.Entry;
        }
        catch
        {
            if (answer.WinCas != 0) await _servers.GiveUpAsync(making.Key, answer.WinCas).ConfigureAwait(false);
            throw;
        }
        Count("made");
        await KeepAsync(making.Key, entry, making.Plan, answer.WinCas, token).ConfigureAwait(false);
        return entry;
    }

    private async ValueTask KeepAsync(
        string key, LocalEntry entry, EntryPlan plan, ulong winCas, CancellationToken token)
    {
        if (entry.Value.Length > _options.PayloadBytesMax)
        {
            LogTooLarge(key, entry.Value.Length, _options.PayloadBytesMax);
            if (winCas != 0) await _servers.GiveUpAsync(key, winCas).ConfigureAwait(false);
            return;
        }
        bool isThere = plan.WritesServers
            && await _servers.WriteAsync(key, entry, plan.Expiration, winCas, token).ConfigureAwait(false);

        // A winner who found his place taken made what somebody has removed meanwhile.
        if (plan.WritesLocal && (isThere || winCas == 0)) KeepLocally(key, entry, plan.LocalExpiration);
    }

    private void KeepLocally(string key, LocalEntry entry, TimeSpan time)
    {
        if (time <= TimeSpan.Zero) return;
        MemoryCacheEntryOptions options = new() { Size = entry.Bytes, AbsoluteExpirationRelativeToNow = time };
        _local.Set(key, entry, options);
    }

    private static TimeSpan Least(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private LocalEntry EntryOf<T>(T value, TagMark[] marks)
    {
        ArrayBufferWriter<byte> bytes = new();
        int valueAt = StoredEntry.BytesBefore(marks);
        StoredEntry.WriteBefore(marks, value is null, bytes.GetSpan(valueAt));
        bytes.Advance(valueAt);
        if (value is not null) _serializers.For<T>().Serialize(value, bytes);
        object? shared = Serializers.IsImmutable<T>() ? value : null;
        return new(bytes.WrittenSpan.ToArray(), valueAt, value is null, marks, shared);
    }

    private T ObjectOf<T>(LocalEntry entry)
    {
        if (entry.IsNull) return default!;
        return entry.Shared is T shared
            ? shared
            : _serializers.For<T>().Deserialize(new ReadOnlySequence<byte>(entry.Value));
    }

    [LoggerMessage(2, LogLevel.Warning, "The value of {Key} could not be made anew; the old one goes on")]
    private partial void LogNotRenewed(Exception exception, string key);

    [LoggerMessage(3, LogLevel.Warning, "The value of {Key} has {Bytes} bytes, over {BytesMax}, and is not cached")]
    private partial void LogTooLarge(string key, int bytes, int bytesMax);
}
