using System.Buffers;
using Larder.Client;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Options;

namespace Larder.Extensions.Caching.Distributed;

/// <summary>
/// ASP.NET Core's distributed cache on memcached's meta protocol. A read renews a sliding expiration in the same round
/// trip, by what this process remembers of the key; only where that was wrong or is not known yet a second request
/// follows, for which no caller waits. Entries without options live until they are evicted.
/// <para>
/// Any thread. The synchronous methods wait on the thread that calls them: nothing of theirs runs in its context, so a
/// context with one thread cannot lock itself out. Errors of the cache are <see cref="CacheException"/>, never a miss,
/// unless the client was told that errors are misses.
/// </para>
/// </summary>
public sealed class LarderDistributedCache : IBufferDistributedCache
{
    private readonly CacheClient _client;
    private readonly TimeProvider _clock;
    private readonly string _prefix;
    private readonly SlidingSpans _spans = new();

    /// <summary>A cache on a client that stays its owner's.</summary>
    /// <param name="client">Must speak the meta protocol.</param>
    /// <param name="options">Prefix and clock.</param>
    public LarderDistributedCache(CacheClient client, IOptions<LarderCacheOptions> options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        _client = client;
        _clock = options.Value.Clock;
        _prefix = options.Value.KeyPrefix;
    }

    /// <inheritdoc/>
    public byte[]? Get(string key) => Wait(GetAsync(key));

    /// <inheritdoc/>
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        int guess = _spans.Find(key);
        using CacheValue item = await ReadAsync(key, guess, token).ConfigureAwait(false);
        return TryValueOf(key, guess, item, out ReadOnlyMemory<byte> value) ? value.ToArray() : null;
    }

    /// <inheritdoc/>
    public bool TryGet(string key, IBufferWriter<byte> destination) =>
        Wait(TryGetAsync(key, destination).AsTask());

    /// <inheritdoc/>
    public async ValueTask<bool> TryGetAsync(
        string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        int guess = _spans.Find(key);
        using CacheValue item = await ReadAsync(key, guess, token).ConfigureAwait(false);
        if (!TryValueOf(key, guess, item, out ReadOnlyMemory<byte> value)) return false;
        destination.Write(value.Span);
        return true;
    }

    /// <inheritdoc/>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
        Wait(SetAsync(key, value, options));

    /// <inheritdoc/>
    public Task SetAsync(
        string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), options, token).AsTask();
    }

    /// <inheritdoc/>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
        Wait(SetAsync(key, value, options).AsTask());

    /// <inheritdoc/>
    public async ValueTask SetAsync(
        string key,
        ReadOnlySequence<byte> value,
        DistributedCacheEntryOptions options,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        DateTimeOffset now = _clock.GetUtcNow();
        EntryTimes times = EntryTimes.Of(options, now);
        int before = times.HasEnd ? EntryTimes.EndBytes : 0;
        int length = checked(before + (int)value.Length);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (times.HasEnd) times.WriteEnd(bytes);
            value.CopyTo(bytes.AsSpan(before));
            StoreRequest request = new(KeyOf(key), bytes.AsMemory(0, length))
            {
                ClientFlags = times.ClientFlags,
                Expiry = times.ExpiryFrom(now),
            };
            await _client.StoreAsync(request, token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
        _spans.Note(key, times.SlidingSeconds);
    }

    /// <inheritdoc/>
    public void Refresh(string key) => Wait(RefreshAsync(key));

    /// <inheritdoc/>
    public async Task RefreshAsync(string key, CancellationToken token = default)
    {
        int guess = _spans.Find(key);
        CacheResult item = await RenewAsync(key, guess, token).ConfigureAwait(false);
        int span = EntryTimes.SlidingSecondsOf(item.ClientFlags);
        if (!item.IsHit || span == guess) return;
        if (span > 0)
        {
            _spans.Note(key, span);
            await RenewAsync(key, span, token).ConfigureAwait(false);
            return;
        }

        // The item does not slide and was given a span all the same: a read finds its end and gives that back.
        using CacheValue whole = await ReadAsync(key, guess, token).ConfigureAwait(false);
        _ = TryValueOf(key, guess, whole, out _);
    }

    /// <inheritdoc/>
    public void Remove(string key) => Wait(RemoveAsync(key));

    /// <inheritdoc/>
    public async Task RemoveAsync(string key, CancellationToken token = default) =>
        await _client.DeleteAsync(KeyOf(key), token).ConfigureAwait(false);

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private string KeyOf(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _prefix.Length == 0 ? key : _prefix + key;
    }

    private ValueTask<CacheValue> ReadAsync(string key, int guess, CancellationToken token)
    {
        GetRequest request = new(KeyOf(key)) { WithTtl = true, Touch = TouchOf(guess) };
        return _client.GetAsync(request, token);
    }

    /// <summary>Gives the item a new span without reading it; 0 seconds only look.</summary>
    private async ValueTask<CacheResult> RenewAsync(string key, int seconds, CancellationToken token)
    {
        GetRequest request = new(KeyOf(key)) { NoValue = true, Touch = TouchOf(seconds) };
        using CacheValue item = await _client.GetAsync(request, token).ConfigureAwait(false);
        return item.Result;
    }

    private static CacheExpiry? TouchOf(int seconds) =>
        seconds > 0 ? CacheExpiry.After(TimeSpan.FromSeconds(seconds)) : null;

    private bool TryValueOf(string key, int guess, in CacheValue item, out ReadOnlyMemory<byte> value)
    {
        value = default;
        uint flags = item.Result.ClientFlags;
        if (!item.IsHit || !EntryTimes.TryRead(flags, item.Span, out EntryTimes times, out int valueAt)) return false;
        DateTimeOffset now = _clock.GetUtcNow();
        if (times.IsOver(now)) return false;
        int left = guess > 0 ? guess : item.Result.TtlSeconds;
        int wanted = times.SecondsFrom(now);

        // Near its end an entry does not slide as far as its span: nothing to be guessed then.
        _spans.Note(key, wanted == times.SlidingSeconds ? wanted : 0);
        bool isRight = wanted == 0 ? left < 0 : left >= 0 && Math.Abs((long)left - wanted) <= 1;

        // What neither slides nor was touched is as its writer left it, by a clock that may differ from this one.
        bool isOurs = guess > 0 || times.SlidingSeconds > 0;
        if (isOurs && !isRight) _ = RepairAsync(KeyOf(key), wanted);
        value = item.Memory[valueAt..];
        return true;
    }

    /// <summary>Nobody waits for it, and its failure only means that the item ends early.</summary>
    private async Task RepairAsync(string key, int seconds)
    {
        CacheExpiry expiry = TouchOf(seconds) ?? CacheExpiry.Never;
        GetRequest request = new(key) { NoValue = true, Touch = expiry };
        using CacheValue item = await _client.TryGetAsync(request).ConfigureAwait(false);
    }
}
