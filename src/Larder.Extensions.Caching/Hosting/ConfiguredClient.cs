using Larder.Client;
using Microsoft.Extensions.Options;

namespace Larder.Extensions.Caching.Hosting;

/// <summary>
/// A client that follows its settings: servers that are added or taken away while the program runs. The container owns
/// it; it owns the client.
/// </summary>
internal sealed class ConfiguredClient : IAsyncDisposable, IDisposable
{
    private readonly IDisposable? _watch;

    public ConfiguredClient(IOptionsMonitor<LarderClientSettings> settings, string name)
    {
        Client = new CacheClient(settings.Get(name).ToClientOptions());
        _watch = settings.OnChange((changed, changedName) =>
        {
            if (changedName == name) Client.UpdateServers([.. changed.ToClientOptions().Servers]);
        });
    }

    public CacheClient Client { get; }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync()
    {
        _watch?.Dispose();
        return Client.DisposeAsync();
    }
}
