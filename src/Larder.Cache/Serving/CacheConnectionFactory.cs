using Larder.Cache.Commands;
using Larder.Events.Wire;

namespace Larder.Cache.Serving;

/// <summary>Makes a <see cref="CacheConnection"/> for each accepted client.</summary>
internal sealed class CacheConnectionFactory(CacheEngine engine) : IConnectionFactory
{
    /// <inheritdoc/>
    public Connection Create(Listener listener) => new CacheConnection(engine, listener);
}
