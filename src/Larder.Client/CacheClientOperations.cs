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
        client.StoreAsync(new StoreRequest(key, value) { Expiry = expiry }, token);

    /// <summary>Stores a value.</summary>
    public static ValueTask<CacheResult> TrySetAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.TryStoreAsync(new StoreRequest(key, value) { Expiry = expiry }, token);

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
        client.StoreAsync(new StoreRequest(key, value) { Mode = StoreMode.Add, Expiry = expiry }, token);

    /// <summary>Stores a value if the key is absent.</summary>
    public static ValueTask<CacheResult> TryAddAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.TryStoreAsync(new StoreRequest(key, value) { Mode = StoreMode.Add, Expiry = expiry }, token);

    /// <summary>Stores a value if the key is present.</summary>
    public static ValueTask<CacheResult> ReplaceAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.StoreAsync(new StoreRequest(key, value) { Mode = StoreMode.Replace, Expiry = expiry }, token);

    /// <summary>Stores a value if the key is present.</summary>
    public static ValueTask<CacheResult> TryReplaceAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.TryStoreAsync(new StoreRequest(key, value) { Mode = StoreMode.Replace, Expiry = expiry }, token);

    /// <summary>Puts a value behind the one that is there.</summary>
    public static ValueTask<CacheResult> AppendAsync(
        this CacheClient client, CacheKey key, ReadOnlyMemory<byte> value, CancellationToken token = default) =>
        client.StoreAsync(new StoreRequest(key, value) { Mode = StoreMode.Append }, token);

    /// <summary>Puts a value behind the one that is there.</summary>
    public static ValueTask<CacheResult> TryAppendAsync(
        this CacheClient client, CacheKey key, ReadOnlyMemory<byte> value, CancellationToken token = default) =>
        client.TryStoreAsync(new StoreRequest(key, value) { Mode = StoreMode.Append }, token);

    /// <summary>Puts a value before the one that is there.</summary>
    public static ValueTask<CacheResult> PrependAsync(
        this CacheClient client, CacheKey key, ReadOnlyMemory<byte> value, CancellationToken token = default) =>
        client.StoreAsync(new StoreRequest(key, value) { Mode = StoreMode.Prepend }, token);

    /// <summary>Puts a value before the one that is there.</summary>
    public static ValueTask<CacheResult> TryPrependAsync(
        this CacheClient client, CacheKey key, ReadOnlyMemory<byte> value, CancellationToken token = default) =>
        client.TryStoreAsync(new StoreRequest(key, value) { Mode = StoreMode.Prepend }, token);

    /// <summary>Stores a value if the item still has a cas value.</summary>
    public static ValueTask<CacheResult> CompareAndSetAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        ulong cas,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.StoreAsync(new StoreRequest(key, value) { CompareCas = cas, Expiry = expiry }, token);

    /// <summary>Stores a value if the item still has a cas value.</summary>
    public static ValueTask<CacheResult> TryCompareAndSetAsync(
        this CacheClient client,
        CacheKey key,
        ReadOnlyMemory<byte> value,
        ulong cas,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.TryStoreAsync(new StoreRequest(key, value) { CompareCas = cas, Expiry = expiry }, token);

    /// <summary>Counts up; an absent key stays absent unless there is an initial value.</summary>
    public static ValueTask<CacheResult> IncrementAsync(
        this CacheClient client,
        CacheKey key,
        ulong delta = 1,
        ulong? initial = null,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.CountAsync(
            new CountRequest(key) { Delta = delta, Down = false, Initial = initial, Expiry = expiry }, token);

    /// <summary>Counts up; an absent key stays absent unless there is an initial value.</summary>
    public static ValueTask<CacheResult> TryIncrementAsync(
        this CacheClient client,
        CacheKey key,
        ulong delta = 1,
        ulong? initial = null,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.TryCountAsync(
            new CountRequest(key) { Delta = delta, Down = false, Initial = initial, Expiry = expiry }, token);

    /// <summary>Counts down to 0 at least; an absent key stays absent unless there is an initial value.</summary>
    public static ValueTask<CacheResult> DecrementAsync(
        this CacheClient client,
        CacheKey key,
        ulong delta = 1,
        ulong? initial = null,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.CountAsync(
            new CountRequest(key) { Delta = delta, Down = true, Initial = initial, Expiry = expiry }, token);

    /// <summary>Counts down to 0 at least; an absent key stays absent unless there is an initial value.</summary>
    public static ValueTask<CacheResult> TryDecrementAsync(
        this CacheClient client,
        CacheKey key,
        ulong delta = 1,
        ulong? initial = null,
        CacheExpiry expiry = default,
        CancellationToken token = default) =>
        client.TryCountAsync(
            new CountRequest(key) { Delta = delta, Down = true, Initial = initial, Expiry = expiry }, token);
}
