using Microsoft.Extensions.Caching.Hybrid;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>Calls that may share one search: the same key, type and flags.</summary>
internal readonly record struct FlightKey(string Key, Type Type, HybridCacheEntryFlags Flags);
