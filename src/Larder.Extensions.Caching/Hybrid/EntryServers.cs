using Larder.Client;
using Microsoft.Extensions.Logging;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>
/// Entries on the servers. Who finds none becomes the winner among all processes (meta's N: an empty item stands for
/// the value to come) and makes it; the others wait and look again. A server that fails is logged and never an error
/// for the caller: the value is made, and not kept there. Any thread.
/// </summary>
internal sealed partial class EntryServers
{
    private static readonly TimeSpan s_pauseMin = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_pauseMax = TimeSpan.FromMilliseconds(100);

    private readonly CacheClient _client;
    private readonly LarderHybridCacheOptions _options;
    private readonly TagVersions _tags;
    private readonly ILogger _logger;

    public EntryServers(CacheClient client, LarderHybridCacheOptions options, TagVersions tags, ILogger logger)
    {
        _client = client;
        _options = options;
        _tags = tags;
        _logger = logger;
    }

    /// <summary>Reads an entry; waits while another process makes it, at most as long as that may take.</summary>
    /// <param name="key">The caller's key.</param>
    /// <param name="wins">Whether this caller could make it and store it.</param>
    /// <param name="token">Ends the wait.</param>
    public async ValueTask<ServerAnswer> ReadAsync(string key, bool wins, CancellationToken token)
    {
        GetRequest request = new(KeyOf(key))
        {
            WithCas = true,
            WithTtl = true,
            CreateFor = wins ? _options.MakeTimeMax : null,
            RecacheBelow = wins && _options.RenewBefore > TimeSpan.Zero ? _options.RenewBefore : null,
        };
        long start = _options.Clock.GetTimestamp();
        TimeSpan pause = s_pauseMin;
        while (true)
        {
            CacheResult result;
            using (CacheValue item = await _client.TryGetAsync(request, token).ConfigureAwait(false))
            {
                result = item.Result;
                if (result.IsError) LogFailure(result);
                if (!result.IsHit) return default;
                ulong cas = wins && result.IsWinner ? result.Cas : 0;
                if (TryRead(item.Span, out LocalEntry? entry)
                    && await _tags.HoldAsync(entry!.Tags, token).ConfigureAwait(false))
                {
                    TimeSpan left = result.TtlSeconds < 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(result.TtlSeconds);
                    return new(entry, left, cas);
                }
                if (!wins || cas != 0) return new(null, default, cas);
            }
            if (_options.Clock.GetElapsedTime(start) >= _options.MakeTimeMax) return default;
            if (!result.HasOtherWinner)
            {
                // Its tags were removed: marked as stale, it has one winner, like a key that is not there.
                if (!await MarkStaleAsync(key, result.Cas, token).ConfigureAwait(false)) return default;
                continue;
            }
            await Task.Delay(pause, _options.Clock, token).ConfigureAwait(false);
            pause = pause * 2 < s_pauseMax ? pause * 2 : s_pauseMax;
        }
    }

    /// <summary>Stores an entry; false when it is not there after that.</summary>
    /// <param name="key">The caller's key.</param>
    /// <param name="entry">What is stored.</param>
    /// <param name="expiration">How long it lives.</param>
    /// <param name="winCas">
    /// The cas value of the item to be replaced, 0 for any: an entry that was removed while its value was being made
    /// stays removed.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    public async ValueTask<bool> WriteAsync(
        string key, LocalEntry entry, TimeSpan expiration, ulong winCas, CancellationToken token)
    {
        StoreRequest request = new(KeyOf(key), entry.Stored)
        {
            Expiry = CacheExpiry.After(expiration),
            CompareCas = winCas == 0 ? null : winCas,
        };
        CacheResult result = await _client.TryStoreAsync(request, token).ConfigureAwait(false);
        if (result.IsError) LogFailure(result);
        return result.IsSuccess;
    }

    /// <summary>The winner could not make the value: the next caller is to try.</summary>
    public async ValueTask GiveUpAsync(string key, ulong winCas)
    {
        DeleteRequest request = new(KeyOf(key)) { CompareCas = winCas };
        CacheResult result = await _client.TryDeleteAsync(request).ConfigureAwait(false);
        if (result.IsError) LogFailure(result);
    }

    /// <summary>Removes an entry.</summary>
    /// <exception cref="CacheException">It is not known to be gone.</exception>
    public async ValueTask RemoveAsync(string key, CancellationToken token) =>
        await _client.DeleteAsync(KeyOf(key), token).ConfigureAwait(false);

    private static bool TryRead(ReadOnlySpan<byte> item, out LocalEntry? entry)
    {
        entry = StoredEntry.TryRead(item, out TagMark[] tags, out bool isNull, out int valueAt)
            ? new(item.ToArray(), valueAt, isNull, tags)
            : null;
        return entry is not null;
    }

    private async ValueTask<bool> MarkStaleAsync(string key, ulong cas, CancellationToken token)
    {
        DeleteRequest request = new(KeyOf(key)) { CompareCas = cas, StaleFor = _options.MakeTimeMax };
        CacheResult result = await _client.TryDeleteAsync(request, token).ConfigureAwait(false);
        if (result.IsError) LogFailure(result);
        return !result.IsError;
    }

    private string KeyOf(string key) => $"{_options.KeyPrefix}{key}";

    private void LogFailure(CacheResult result) => LogFailure(result.Server, result.Status, result.Message);

    [LoggerMessage(1, LogLevel.Warning, "The cache server {Server} failed ({Status}): {Message}")]
    private partial void LogFailure(string? server, CacheStatus status, string? message);
}
