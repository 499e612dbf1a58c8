using System.Globalization;
using Larder.Client;
using Larder.Extensions.Caching.Tests.Support;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Larder.Extensions.Caching.Tests.Hosting;

/// <summary>Aim: what a container gives out works, and what is wrong with the settings is said at start.</summary>
public sealed class RegistrationTests : IClassFixture<CacheFixture>
{
    private readonly CacheFixture _server;

    public RegistrationTests(CacheFixture server) => _server = server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Server => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_server.Port}");

    [Fact]
    public async Task Caches_of_a_container_share_its_client()
    {
        ServiceCollection services = new();
        services.AddLarderClient(settings => settings.Servers.Add(Server));
        services.AddLarderCache(static options => options.KeyPrefix = "container:").AddLarderHybridCache();
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IDistributedCache>().SetAsync("a key", [1], new(), Token);
        string made = await provider.GetRequiredService<HybridCache>().GetOrCreateAsync(
            "hybrid key", static _ => new ValueTask<string>("made"), cancellationToken: Token);
        using CacheValue item =
            await provider.GetRequiredService<CacheClient>().GetAsync("container:a key", Token);

        Assert.Equal("made", made);
        Assert.Equal([1], item.Span.ToArray());
    }

    [Fact]
    public async Task Named_clients_are_apart()
    {
        ServiceCollection services = new();
        services.AddLarderClient(
            settings =>
            {
                settings.ConnectionString = $"Endpoint={Server}";
                settings.KeyPrefix = "one:";
            },
            "one");
        services.AddLarderClient(
            settings =>
            {
                settings.ConnectionString = Server;
                settings.KeyPrefix = "two:";
            },
            "two");
        services.AddLarderCache(client: "two");
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IDistributedCache>().SetAsync("named", [2], new(), Token);
        using CacheValue absent =
            await provider.GetRequiredKeyedService<CacheClient>("one").GetAsync("named", Token);
        using CacheValue present =
            await provider.GetRequiredKeyedService<CacheClient>("two").GetAsync("named", Token);

        Assert.False(absent.IsHit);
        Assert.Equal([2], present.Span.ToArray());
        Assert.Null(provider.GetService<CacheClient>());
    }

    [Fact]
    public void Container_may_be_disposed_of_without_waiting()
    {
        ServiceCollection services = new();
        services.AddLarderClient(settings => settings.Servers.Add(Server));
        ServiceProvider provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<CacheClient>();

        provider.Dispose();
    }

    [Theory]
    [InlineData("Servers:0", "a:b:c:d", "is no server")]
    [InlineData("KeyPrefix", "x", "has no servers")]
    [InlineData("RequestTimeout", "00:00:00", "RequestTimeout")]
    [InlineData("ConnectTimeout", "-00:00:01", "ConnectTimeout")]
    [InlineData("User", "somebody", "User and Password")]
    public async Task Bad_settings_stop_the_host_at_start(string name, string value, string expected)
    {
        Dictionary<string, string?> settings = new() { [$"Larder:{name}"] = value };
        if (name is not "Servers:0" and not "KeyPrefix") settings["Larder:Servers:0"] = Server;
        using IHost host = HostOf(settings, static (services, section) => services.AddLarderClient(section));

        OptionsValidationException wrong =
            await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains(expected, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_hybrid_options_stop_the_host_at_start()
    {
        using IHost host = HostOf([], static (services, _) =>
            services.AddLarderHybridCache(static options => options.MakeTimeMax = TimeSpan.Zero));

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
    }

    [Fact]
    public async Task Servers_that_change_in_the_configuration_are_used()
    {
        using CacheFixture other = new();
        string otherServer = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{other.Port}");
        Dictionary<string, string?> settings = new() { ["Larder:Servers:0"] = Server };
        using IHost host = HostOf(settings, static (services, section) => services.AddLarderClient(section));
        CacheClient client = host.Services.GetRequiredService<CacheClient>();
        await client.SetAsync("moves", new byte[] { 1 }, token: Token);

        IConfigurationRoot configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Larder:Servers:0"] = otherServer;
        configuration.Reload();

        using CacheValue item = await client.GetAsync("moves", Token);
        Assert.False(item.IsHit);
    }

    [Fact]
    public async Task Health_is_that_of_the_servers()
    {
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(Server)).Status);
        HealthReport degraded = await CheckAsync(Server, "127.0.0.1:1");
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.Contains("127.0.0.1:1", degraded.Entries["larder"].Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync("127.0.0.1:1")).Status);
    }

    private static async Task<HealthReport> CheckAsync(params string[] servers)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddLarderClient(settings =>
        {
            foreach (string server in servers) settings.Servers.Add(server);
        });
        services.AddHealthChecks().AddLarderClient();
        await using ServiceProvider provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);
    }

    private static IHost HostOf(
        Dictionary<string, string?> settings, Action<IServiceCollection, IConfiguration> register)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings);
        register(builder.Services, builder.Configuration.GetSection("Larder"));
        return builder.Build();
    }
}
