using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;

namespace Larder.Extensions.Caching;

/// <summary>Options of the hybrid cache.</summary>
public sealed class LarderHybridCacheOptions
{
    /// <summary>What stands before each key and tag on the servers, so that applications can share them.</summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>
    /// What holds where an entry's own options are silent; of these in turn: five minutes on the servers, one minute in
    /// the process.
    /// </summary>
    public HybridCacheEntryOptions? DefaultEntryOptions { get; set; }

    /// <summary>Bytes that this process keeps of its own; 0 keeps nothing. 64 MiB by default.</summary>
    public long LocalBytesMax { get; set; } = 64L << 20;

    /// <summary>
    /// Bytes of a serialized value above which it is kept nowhere; 1 MiB by default, as servers take.
    /// </summary>
    public int PayloadBytesMax { get; set; } = 1 << 20;

    /// <summary>
    /// How long one process may take to make a value while the others wait for it; then the next one makes it. 10 s by
    /// default, at least a second.
    /// </summary>
    public TimeSpan MakeTimeMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The first process that reads an entry when less than this is left makes it anew while the others still get the
    /// old one; zero, the default, lets entries end first.
    /// </summary>
    public TimeSpan RenewBefore { get; set; }

    /// <summary>
    /// For how long this process may hold a tag for valid without asking: so late a tag's removal in another process is
    /// seen. One second by default.
    /// </summary>
    public TimeSpan TagAgeMax { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How JSON is written where no serializer is registered for a type. Give it the resolver of a source generated
    /// context in trimmed programs.
    /// </summary>
    public JsonSerializerOptions Json { get; set; } = JsonSerializerOptions.Default;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
