using Larder.Events.Wire;

namespace Larder.Objects.Serving;

/// <summary>Makes the connection that a listener's role asks for.</summary>
internal sealed class ObjectConnectionFactory(ObjectEngine engine) : IConnectionFactory
{
    /// <inheritdoc/>
    public Connection Create(Listener listener) => new ObjectConnection(engine, (ListenerRole)listener.Tag!);
}
