using Larder.Events.Wire;
using Larder.Objects.SideChannel;

namespace Larder.Objects.Serving;

/// <summary>Makes the connection that a listener's role asks for.</summary>
internal sealed class ObjectConnectionFactory(ObjectEngine engine) : IConnectionFactory
{
    /// <inheritdoc/>
    public Connection Create(Listener listener)
    {
        var role = (ListenerRole)listener.Tag!;
        return role == ListenerRole.SideChannel
            ? new SideChannelConnection(engine) : new ObjectConnection(engine, role);
    }
}
