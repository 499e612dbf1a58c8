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

    /// <summary>Deletes an item.</summary>
    public static ValueTask<CacheResult> DeleteAsync(
        this CacheClient client, CacheKey key, CancellationToken token = default) =>
        client.DeleteAsync(new DeleteRequest(key), token);

    /// <summary>Deletes an item.</summary>
    public static ValueTask<CacheResult> TryDeleteAsync(
        this CacheClient client, CacheKey key, CancellationToken token = default) =>
        client.TryDeleteAsync(new DeleteRequest(key), token);
}
