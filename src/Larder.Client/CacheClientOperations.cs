using System.Buffers;

namespace Larder.Client;

/// <summary>The operations in short: what most callers need, without requests to fill in.</summary>
public static class CacheClientOperations
{
    /// <summary>Reads a value into memory of its own, which the caller disposes of.</summary>
    public static ValueTask<CacheValue> GetAsync(
        this CacheClient client, CacheKey key, CancellationToken token = default) =>
        client.GetAsync(new GetRequest(key), token);

    /// <summary>Reads a value into memory of its own, which the caller disposes of.</summary>
    public static ValueTask<CacheValue> TryGetAsync(
        this CacheClient client, CacheKey key, CancellationToken token = default) =>
        client.TryGetAsync(new GetRequest(key), token);

    /// <summary>Reads a value into a writer.</summary>
    public static ValueTask<CacheResult> GetAsync(
        this CacheClient client, CacheKey key, IBufferWriter<byte> destination, CancellationToken token = default) =>
        client.GetAsync(new GetRequest(key), destination, token);

    /// <summary>Reads a value into a writer.</summary>
    public static ValueTask<CacheResult> TryGetAsync(
        this CacheClient client, CacheKey key, IBufferWriter<byte> destination, CancellationToken token = default) =>
        client.TryGetAsync(new GetRequest(key), destination, token);

    /// <summary>Stores a value.</summary>
    public static ValueTask<CacheResult> SetAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Store(client, StoreMode.Set, key, value, expiry, throws: true, token);

    /// <summary>Stores a value.</summary>
    public static ValueTask<CacheResult> TrySetAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Store(client, StoreMode.Set, key, value, expiry, throws: false, token);

    /// <summary>Reads a value and gives its item a new expiry.</summary>
    public static ValueTask<CacheValue> GetAndTouchAsync(
        this CacheClient client, CacheKey key, CacheExpiry expiry, CancellationToken token = default) =>
        client.GetAsync(new GetRequest(key) { Touch = expiry }, token);

    /// <summary>Reads a value and gives its item a new expiry.</summary>
    public static ValueTask<CacheValue> TryGetAndTouchAsync(
        this CacheClient client, CacheKey key, CacheExpiry expiry, CancellationToken token = default) =>
        client.TryGetAsync(new GetRequest(key) { Touch = expiry }, token);

    /// <summary>Reads a value with its cas value.</summary>
    public static ValueTask<CacheValue> GetWithCasAsync(
        this CacheClient client, CacheKey key, CancellationToken token = default) =>
        client.GetAsync(new GetRequest(key) { WithCas = true }, token);

    /// <summary>Reads a value with its cas value.</summary>
    public static ValueTask<CacheValue> TryGetWithCasAsync(
        this CacheClient client, CacheKey key, CancellationToken token = default) =>
        client.TryGetAsync(new GetRequest(key) { WithCas = true }, token);

    /// <summary>Deletes an item.</summary>
    public static ValueTask<CacheResult> DeleteAsync(
        this CacheClient client, CacheKey key, CancellationToken token = default) =>
        client.DeleteAsync(new DeleteRequest(key), token);

    /// <summary>Deletes an item.</summary>
    public static ValueTask<CacheResult> TryDeleteAsync(
        this CacheClient client, CacheKey key, CancellationToken token = default) =>
        client.TryDeleteAsync(new DeleteRequest(key), token);

    /// <summary>Stores a value if the key is absent.</summary>
    public static ValueTask<CacheResult> AddAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Store(client, StoreMode.Add, key, value, expiry, throws: true, token);

    /// <summary>Stores a value if the key is absent.</summary>
    public static ValueTask<CacheResult> TryAddAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Store(client, StoreMode.Add, key, value, expiry, throws: false, token);

    /// <summary>Stores a value if the key is present.</summary>
    public static ValueTask<CacheResult> ReplaceAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Store(client, StoreMode.Replace, key, value, expiry, throws: true, token);

    /// <summary>Stores a value if the key is present.</summary>
    public static ValueTask<CacheResult> TryReplaceAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Store(client, StoreMode.Replace, key, value, expiry, throws: false, token);

    /// <summary>Puts a value behind the one that is there.</summary>
    public static ValueTask<CacheResult> AppendAsync(
        this CacheClient client, CacheKey key, ReadOnlyMemory<byte> value, CancellationToken token = default) =>
        Store(client, StoreMode.Append, key, value, default, throws: true, token);

    /// <summary>Puts a value behind the one that is there.</summary>
    public static ValueTask<CacheResult> TryAppendAsync(
        this CacheClient client, CacheKey key, ReadOnlyMemory<byte> value, CancellationToken token = default) =>
        Store(client, StoreMode.Append, key, value, default, throws: false, token);

    /// <summary>Puts a value before the one that is there.</summary>
    public static ValueTask<CacheResult> PrependAsync(
        this CacheClient client, CacheKey key, ReadOnlyMemory<byte> value, CancellationToken token = default) =>
        Store(client, StoreMode.Prepend, key, value, default, throws: true, token);

    /// <summary>Puts a value before the one that is there.</summary>
    public static ValueTask<CacheResult> TryPrependAsync(
        this CacheClient client, CacheKey key, ReadOnlyMemory<byte> value, CancellationToken token = default) =>
        Store(client, StoreMode.Prepend, key, value, default, throws: false, token);

    /// <summary>Stores a value if the item still has a cas value.</summary>
    public static ValueTask<CacheResult> CompareAndSetAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        ulong cas,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Store(client, StoreMode.Set, key, value, expiry, throws: true, token, cas);

    /// <summary>Stores a value if the item still has a cas value.</summary>
    public static ValueTask<CacheResult> TryCompareAndSetAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        ulong cas,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Store(client, StoreMode.Set, key, value, expiry, throws: false, token, cas);

    /// <summary>Counts up; an absent key stays absent unless there is an initial value.</summary>
    public static ValueTask<CacheResult> IncrementAsync(
        this CacheClient client,
        CacheKey key,
        ulong delta = 1,
        ulong? initial = null,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Count(client, key, delta, down: false, initial, expiry, throws: true, token);

    /// <summary>Counts up; an absent key stays absent unless there is an initial value.</summary>
    public static ValueTask<CacheResult> TryIncrementAsync(
        this CacheClient client,
        CacheKey key,
        ulong delta = 1,
        ulong? initial = null,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Count(client, key, delta, down: false, initial, expiry, throws: false, token);

    /// <summary>Counts down to 0 at least; an absent key stays absent unless there is an initial value.</summary>
    public static ValueTask<CacheResult> DecrementAsync(
        this CacheClient client,
        CacheKey key,
        ulong delta = 1,
        ulong? initial = null,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Count(client, key, delta, down: true, initial, expiry, throws: true, token);

    /// <summary>Counts down to 0 at least; an absent key stays absent unless there is an initial value.</summary>
    public static ValueTask<CacheResult> TryDecrementAsync(
        this CacheClient client,
        CacheKey key,
        ulong delta = 1,
        ulong? initial = null,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        Count(client, key, delta, down: true, initial, expiry, throws: false, token);

    private static ValueTask<CacheResult> Store(
        CacheClient client,
        StoreMode mode,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry,
        bool throws,
        CancellationToken token,
        ulong? cas = null)
    {
        StoreRequest request = new(key, value) { Mode = mode, Expiry = expiry, CompareCas = cas };
        return throws ? client.StoreAsync(in request, token) : client.TryStoreAsync(in request, token);
    }

    private static ValueTask<CacheResult> Count(
        CacheClient client,
        CacheKey key,
        ulong delta,
        bool down,
        ulong? initial,
        CacheExpiry expiry,
        bool throws,
        CancellationToken token)
    {
        CountRequest request = new(key) { Delta = delta, Down = down, Initial = initial, Expiry = expiry };
        return throws ? client.CountAsync(in request, token) : client.TryCountAsync(in request, token);
    }
}
