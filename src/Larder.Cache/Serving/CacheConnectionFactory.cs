using Larder.Cache.Commands;
using Larder.Events.Wire;

namespace Larder.Cache.Serving;

/// <summary>
/// Makes a <see cref="CacheConnection"/> for each accepted client, and <see cref="CacheDatagrams"/> for those of UDP.
/// </summary>
internal sealed class CacheConnectionFactory(CacheEngine engine) : IConnectionFactory
{
    /// <inheritdoc/>
    public Connection Create(Listener listener)
        => listener.TakesDatagrams ? new CacheDatagrams(engine, listener) : new CacheConnection(engine, listener);
}
