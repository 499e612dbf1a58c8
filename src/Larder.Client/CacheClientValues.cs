using Larder.Client.Serializing;

namespace Larder.Client;

/// <summary>
/// Operations with typed values: byte arrays and strings as they are, all else by the client's serializer, long ones
/// compressed. What they are stands in the item's client flags.
/// </summary>
public static class CacheClientValues
{
    /// <summary>The first pause before another winner's value is looked for.</summary>
    private static readonly TimeSpan s_pauseMin = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan s_pauseMax = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads a value.</summary>
    /// <exception cref="InvalidDataException">The value is of another type, or damaged.</exception>
    public static ValueTask<CacheItem<T>> GetValueAsync<T>(
        this CacheClient client, CacheKey key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return DecodeAsync<T>(client, client.GetAsync(new GetRequest(key), token));
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="InvalidDataException">The value is of another type, or damaged.</exception>
    public static ValueTask<CacheItem<T>> TryGetValueAsync<T>(
        this CacheClient client, CacheKey key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return DecodeAsync<T>(client, client.TryGetAsync(new GetRequest(key), token));
    }

    /// <summary>Stores a value.</summary>
    public static ValueTask<CacheResult> SetValueAsync<T>(
        this CacheClient client, CacheKey key, T value, CacheExpiry expiry = default, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return StoreAsync(client, new StoreRequest(key, default) { Expiry = expiry }, value, throws: true, token);
    }

    /// <summary>Stores a value.</summary>
    public static ValueTask<CacheResult> TrySetValueAsync<T>(
        this CacheClient client, CacheKey key, T value, CacheExpiry expiry = default, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return StoreAsync(client, new StoreRequest(key, default) { Expiry = expiry }, value, throws: false, token);
    }

    /// <summary>
    /// Reads a value, or makes it. Of all callers in all processes that miss it at once, one makes it and the others
    /// wait for it; of those that find it stale or nearly over, one makes it and the others get what is there. That
    /// needs the meta protocol: with the others everybody who misses makes it.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="token">Cancels waiting and making.</param>
    /// <returns>The value.</returns>
    public static async ValueTask<T?> GetOrCreateAsync<T>(
        this CacheClient client,
        CacheKey key,
        Func<CancellationToken, ValueTask<T?>> factory,
        CreateOptions? options = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(factory);
        options ??= new CreateOptions();
        GetRequest request = RequestOf(client, key, options);
        long started = client.Clock.GetTimestamp();
        TimeSpan pause = s_pauseMin;
        while (true)
        {
            using CacheValue found = await client.TryGetAsync(request, token).ConfigureAwait(false);
            if (found.Result.IsError)
            {
                if (options.ThrowOnCacheError) throw new CacheException(found.Result);
                return await factory(token).ConfigureAwait(false);
            }
            if (!found.IsHit || found.Result.IsWinner)
                return await CreateAsync(client, key, found.Result, factory, options, token).ConfigureAwait(false);
            if (!IsPlaceholder(found.Result)) return client.Codec.Decode<T>(found.Memory, found.Result.ClientFlags);
            if (client.Clock.GetElapsedTime(started) >= options.WaitMax)
                return await factory(token).ConfigureAwait(false);
            await Task.Delay(pause * (0.75 + (Random.Shared.NextDouble() / 2)), client.Clock, token)
                .ConfigureAwait(false);
            pause = pause * 2 < s_pauseMax ? pause * 2 : s_pauseMax;
        }
    }

    private static GetRequest RequestOf(CacheClient client, CacheKey key, CreateOptions options) =>
        client.Protocol == ClientProtocol.Meta
            ? new GetRequest(key)
            {
                CreateFor = options.LockFor,
                RecacheBelow = options.RefreshBelow,
                WithCas = true,
                WithTtl = true,
            }
            : new GetRequest(key);

    /// <summary>
    /// What a read with CreateFor leaves until the winner has stored; typed values always have flags.
    /// </summary>
    private static bool IsPlaceholder(CacheResult result) => result is { ValueLength: 0, ClientFlags: 0 };

    private static async ValueTask<T?> CreateAsync<T>(
        CacheClient client,
        CacheKey key,
        CacheResult found,
        Func<CancellationToken, ValueTask<T?>> factory,
        CreateOptions options,
        CancellationToken token)
    {
        T? made;
        try
        {
            made = await factory(token).ConfigureAwait(false);
        }
        catch
        {
            await GiveUpAsync(client, key, found).ConfigureAwait(false);
            throw;
        }
        // Only in the place of what was found: what somebody stored or deleted meanwhile is newer.
        StoreRequest store = new(key, default)
        {
            Expiry = options.Expiry,
            CompareCas = found.IsWinner ? found.Cas : null,
        };
        CacheResult stored = await StoreAsync(client, store, made, throws: false, token).ConfigureAwait(false);
        if (stored.IsError && options.ThrowOnCacheError) throw new CacheException(stored);
        return made;
    }

    /// <summary>The winner has no value: the next reader may win.</summary>
    private static async ValueTask GiveUpAsync(CacheClient client, CacheKey key, CacheResult found)
    {
        if (!found.IsWinner || !(found.IsStale || IsPlaceholder(found))) return;
        bool keeps = found.IsStale && found.TtlSeconds != 0;
        DeleteRequest delete = new(key)
        {
            CompareCas = found.Cas,
            StaleFor = keeps ? TimeSpan.FromSeconds(found.TtlSeconds < 0 ? int.MaxValue : found.TtlSeconds) : null,
        };
        // That it fails costs the others LockFor, and the exception on its way says more.
        _ = await client.TryDeleteAsync(delete).ConfigureAwait(false);
    }

    private static async ValueTask<CacheItem<T>> DecodeAsync<T>(CacheClient client, ValueTask<CacheValue> read)
    {
        using CacheValue value = await read.ConfigureAwait(false);
        return value.IsHit
            ? new CacheItem<T>(value.Result, client.Codec.Decode<T>(value.Memory, value.Result.ClientFlags))
            : new CacheItem<T>(value.Result, default);
    }

    private static async ValueTask<CacheResult> StoreAsync<T>(
        CacheClient client, StoreRequest request, T value, bool throws, CancellationToken token)
    {
        using PooledWriter encoded = client.Codec.Encode(value, out uint flags);
        request = request with { Value = encoded.Written, ClientFlags = flags };
        return throws
            ? await client.StoreAsync(request, token).ConfigureAwait(false)
            : await client.TryStoreAsync(request, token).ConfigureAwait(false);
    }
}
