using Larder.Events.Wire;
using Larder.Hosting;
using Larder.Objects.Serving;
using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>Servers in this process, one for each root.</summary>
internal sealed class LocalWork(
    IReadOnlyList<ObjectServer> servers, HostEvents events, TimeSpan drainTimeout, ILogger logger) : IStoreWork
{
    private int _running = servers.Count; // owner: interlocked

    /// <inheritdoc/>
    public IReadOnlyList<Listener> Listeners => [.. servers.SelectMany(static server => server.Driver.Listeners)];

    /// <inheritdoc/>
    public int WaitMs => -1;

    /// <inheritdoc/>
    public void Stop(bool hasHeir)
    {
        foreach (ObjectServer server in servers)
        {
            new Thread(() => End(server)) { Name = "larder-drain", IsBackground = true }.Start();
        }
    }

    /// <inheritdoc/>
    public void StopFast()
    {
        foreach (ObjectServer server in servers) server.Stop();
    }

    /// <inheritdoc/>
    public void ChangeWorkers(int by, string cause) =>
        StoreLog.WorkersUnchanged(logger, cause, "there are no worker processes");

    /// <inheritdoc/>
    public void Reload()
    {
        // What is served with stands in this process, and was read again already.
    }

    /// <inheritdoc/>
    public bool Tend() => Volatile.Read(ref _running) == 0;

    public void Dispose()
    {
        foreach (ObjectServer server in servers) server.Dispose();
    }

    private void End(ObjectServer server)
    {
        server.Stop(graceful: true, (int)drainTimeout.TotalMilliseconds);
        Interlocked.Decrement(ref _running); // read by Tend, which the event wakes
        events.Post(HostEvent.Drained, "");
    }
}
