using Larder.Client;
using Larder.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Larder.Extensions.Caching.Tests.Support;

/// <summary>A hybrid cache with a client of its own: what another process is to the servers.</summary>
internal sealed class HybridProcess : IAsyncDisposable
{
    private readonly CacheClient _client;
    private readonly ServiceProvider _services;
    private readonly LarderHybridCache _cache;

    public HybridProcess(
        CacheClient client,
        Action<LarderHybridCacheOptions>? change = null,
        Action<IServiceCollection>? register = null)
    {
        _client = client;
        LarderHybridCacheOptions options = new() { TagAgeMax = TimeSpan.Zero };
        change?.Invoke(options);
        ServiceCollection services = new();
        register?.Invoke(services);
        _services = services.BuildServiceProvider();
        _cache = new LarderHybridCache(
            client, Options.Create(options), _services, NullLogger<LarderHybridCache>.Instance);
    }

    public HybridCache Cache => _cache;

    public async ValueTask DisposeAsync()
    {
        _cache.Dispose();
        await _services.DisposeAsync();
        await _client.DisposeAsync();
    }
}
