using Larder.Client;
using Larder.Extensions.Caching.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Larder.Extensions.Caching;

/// <summary>Registers health checks.</summary>
public static class LarderHealthChecksBuilderExtensions
{
    /// <summary>Checks the servers of a client: healthy when all answer, degraded when some do.</summary>
    /// <param name="builder">Where.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="client">The client's service key; none for the one without.</param>
    /// <param name="failureStatus">What it is when no server answers; unhealthy if not given.</param>
    /// <param name="tags">To choose checks by.</param>
    public static IHealthChecksBuilder AddLarderClient(
        this IHealthChecksBuilder builder,
        string name = "larder",
        string client = "",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new ClientHealthCheck(client.Length == 0
                ? provider.GetRequiredService<CacheClient>()
                : provider.GetRequiredKeyedService<CacheClient>(client)),
            failureStatus,
            tags));
    }
}
