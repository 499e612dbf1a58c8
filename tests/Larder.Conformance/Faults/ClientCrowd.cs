using Larder.Conformance.Wire;

namespace Larder.Conformance.Faults;

/// <summary>Many connections of a test, all closed when it ends, well or not.</summary>
public sealed class ClientCrowd : IDisposable
{
    private readonly List<WireClient> _clients = [];

    /// <summary>Connects <paramref name="count"/> clients, one after the other.</summary>
    public ClientCrowd(FaultServer server, int count)
    {
        try
        {
            for (int number = 0; number < count; number++)
                _clients.Add(server.Connect());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The clients, in the order in which they came.</summary>
    public IReadOnlyList<WireClient> Clients => _clients;

    /// <inheritdoc/>
    public void Dispose() => _clients.ForEach(static client => client.Dispose());
}
