namespace Larder.Bench;

/// <summary>What a server says about its store, in <c>stats</c>.</summary>
/// <param name="Items">Items held now (curr_items).</param>
/// <param name="Bytes">Bytes that it counts for them now (bytes).</param>
/// <param name="LimitBytes">Bytes that it may use, -m (limit_maxbytes).</param>
/// <param name="Evictions">Items evicted since its start (evictions).</param>
internal readonly record struct StoreUsage(long Items, long Bytes, long LimitBytes, long Evictions);
