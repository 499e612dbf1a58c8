using Larder.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Larder.Extensions.Caching.Hosting;

/// <summary>
/// Asks each server for a sign of life: healthy when all answer, degraded when some do, unhealthy (or what was
/// registered for a failure) when none does.
/// </summary>
internal sealed class ClientHealthCheck : IHealthCheck
{
    private readonly CacheClient _client;

    public ClientHealthCheck(CacheClient client) => _client = client;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ServerReply> answers = await _client.PingAsync(cancellationToken).ConfigureAwait(false);
        ServerReply[] failed = [.. answers.Where(static answer => !answer.Result.IsSuccess)];
        if (failed.Length == 0) return HealthCheckResult.Healthy();
        string description = string.Join("; ", failed.Select(TextOf));
        return failed.Length < answers.Count
            ? HealthCheckResult.Degraded(description)
            : new HealthCheckResult(context.Registration.FailureStatus, description);
    }

    private static string TextOf(ServerReply answer) =>
        $"{answer.Server}: {answer.Result.Message ?? answer.Result.Status.ToString()}";
}
