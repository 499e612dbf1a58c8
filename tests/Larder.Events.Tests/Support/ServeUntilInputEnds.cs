using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>What a <see cref="ChildServer"/> runs; not one of the tests, and so explicit.</summary>
public sealed class ServeUntilInputEnds : IConnectionFactory
{
    private readonly LineLog _log = new();

    [Fact(Explicit = true)]
    public void Until_input_ends()
    {
        using var server = new StreamServer(new DriverOptions { Threads = 1 }, this);
        IReadOnlyList<InheritedDescriptor> inherited = InheritedListeners.TakeNames();
        Assert.NotEmpty(inherited);
        Assert.Null(Environment.GetEnvironmentVariable(InheritedListeners.Variable));
        foreach (InheritedDescriptor descriptor in inherited)
        {
            server.Listen(Listener.FromDescriptor(descriptor, new ListenOptions()));
        }
        server.Start();
        Console.In.ReadToEnd();
        server.Stop(StopMode.Fast);
        Assert.Equal(server.Counters.Accepted, _log.Closed);
    }

    public Connection Create(Listener listener) => new LineConnection(_log);
}
