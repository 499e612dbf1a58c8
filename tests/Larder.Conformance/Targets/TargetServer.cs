using System.Net;
using Larder.Conformance.Wire;

namespace Larder.Conformance.Targets;

/// <summary>A server on loopback with an ephemeral port, started for a test and stopped by it.</summary>
public abstract class TargetServer : IDisposable
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>Where it listens.</summary>
    public abstract EndPoint EndPoint { get; }

    /// <summary>A new connection to it.</summary>
    public WireClient Connect() => WireClient.Connect(EndPoint);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the server.</summary>
    protected abstract void Dispose(bool disposing);
}
