using Larder.Client.Routing;

namespace Larder.Client.Tests.Support;

/// <summary>Clients for tests: patient, unless the test is about patience.</summary>
internal static class Clients
{
    /// <summary>No test fails because the machine is slow.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static CacheClient Of(ServerAddress server, Action<CacheClientOptions>? change = null)
    {
        CacheClientOptions options = new() { RequestTimeout = Patience, ConnectTimeout = Patience };
        options.Servers.Add(server);
        change?.Invoke(options);
        return new CacheClient(options);
    }
}
