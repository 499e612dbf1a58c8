using Larder.Client;
using Larder.Extensions.Caching.Distributed;
using Larder.Extensions.Caching.Hosting;
using Larder.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Larder.Extensions.Caching;

/// <summary>Registers clients and caches.</summary>
public static class LarderServiceCollectionExtensions
{
    /// <summary>Registers a client. Its settings are checked when the host starts.</summary>
    /// <param name="services">Where.</param>
    /// <param name="configure">Sets at least the servers.</param>
    /// <param name="name">
    /// The service key of the client, for programs with several; without it it is the one that is asked for without a
    /// key.
    /// </param>
    public static IServiceCollection AddLarderClient(
        this IServiceCollection services, Action<LarderClientSettings> configure, string name = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<LarderClientSettings>(name).Configure(configure).ValidateOnStart();
        return AddClient(services, name);
    }

    /// <summary>
    /// Registers a client with the settings of a configuration section. Servers that are changed there while the
    /// program runs are used from then on.
    /// </summary>
    /// <param name="services">Where.</param>
    /// <param name="section">A section with the names of <see cref="LarderClientSettings"/>.</param>
    /// <param name="name">The service key of the client; none for the one that is asked for without a key.</param>
    public static IServiceCollection AddLarderClient(
        this IServiceCollection services, IConfiguration section, string name = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddOptions<LarderClientSettings>(name).Bind(section).ValidateOnStart();
        return AddClient(services, name);
    }

    /// <summary>Registers the distributed cache on a client that was registered.</summary>
    /// <param name="services">Where.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="client">The client's service key; none for the one without.</param>
    public static IServiceCollection AddLarderCache(
        this IServiceCollection services, Action<LarderCacheOptions>? configure = null, string client = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<LarderCacheOptions>().Configure(options => configure?.Invoke(options));
        services.AddSingleton<IDistributedCache>(provider => new LarderDistributedCache(
            ClientOf(provider, client), provider.GetRequiredService<IOptions<LarderCacheOptions>>()));
        return services;
    }

    /// <summary>Registers the hybrid cache on a client that was registered.</summary>
    /// <param name="services">Where.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="client">The client's service key; none for the one without.</param>
    public static IServiceCollection AddLarderHybridCache(
        this IServiceCollection services, Action<LarderHybridCacheOptions>? configure = null, string client = "")
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<LarderHybridCacheOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(
                static options => options.MakeTimeMax >= TimeSpan.FromSeconds(1), "MakeTimeMax is at least a second")
            .Validate(static options => options.LocalBytesMax >= 0, "LocalBytesMax is at least 0")
            .Validate(static options => options.PayloadBytesMax > 0, "PayloadBytesMax is at least 1")
            .ValidateOnStart();
        services.AddLogging();
        services.AddSingleton<HybridCache>(provider => new LarderHybridCache(
            ClientOf(provider, client),
            provider.GetRequiredService<IOptions<LarderHybridCacheOptions>>(),
            provider,
            provider.GetRequiredService<ILogger<LarderHybridCache>>()));
        return services;
    }

    private static CacheClient ClientOf(IServiceProvider provider, string name) => name.Length == 0
        ? provider.GetRequiredService<CacheClient>()
        : provider.GetRequiredKeyedService<CacheClient>(name);

    private static IServiceCollection AddClient(IServiceCollection services, string name)
    {
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<LarderClientSettings>, SettingsValidator>());
        services.AddKeyedSingleton(name, static (provider, key) => new ConfiguredClient(
            provider.GetRequiredService<IOptionsMonitor<LarderClientSettings>>(), (string)key!));
        if (name.Length == 0)
        {
            services.AddSingleton(static provider => provider.GetRequiredKeyedService<ConfiguredClient>("").Client);
            return services;
        }
        services.AddKeyedSingleton(
            name, static (provider, key) => provider.GetRequiredKeyedService<ConfiguredClient>(key).Client);
        return services;
    }
}
