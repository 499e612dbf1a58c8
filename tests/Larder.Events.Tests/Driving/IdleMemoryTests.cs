using Larder.Events.Driving;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Driving;

/// <summary>Runs without other tests beside it, since it looks at the memory of the whole process.</summary>
[Collection(nameof(IdleMemoryTests))]
[CollectionDefinition(nameof(IdleMemoryTests), DisableParallelization = true)]
public sealed class IdleMemoryTests
{
    public static TheoryData<DriverKind, Trigger> Combinations => LineServer.Combinations;

    [Theory, MemberData(nameof(Combinations))]
    public void Idle_connection_holds_no_buffer_and_less_than_a_kibibyte(DriverKind driver, Trigger trigger)
    {
        const int Clients = 200;
        using var server = new LineServer(new DriverOptions { Driver = driver, Trigger = trigger, Threads = 1 });
        long before = Managed();
        LineClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => server.Connect())];
        foreach (LineClient client in clients)
        {
            client.Send("echo a\nbig 40000\nec");
            client.Send("ho b\n");
            Assert.Equal("a", client.ReadLine());
            client.ReadExactly(40_000);
            Assert.Equal("b", client.ReadLine());
        }
        int held = 0;
        server.Server.ForEachConnection(connection => held += connection.HoldsBuffers ? 1 : 0);
        // The step that sent the last answer may not have ended when the client reads it.
        Assert.InRange(held, 0, 1);
        // What the connections' end gives back: the clients' side lives on, less what their sockets give back as well.
        long open = Managed() - before;
        Array.ForEach(clients, client => client.Dispose());
        Until.True(() => server.Server.CurrentConnections == 0, "all closed");
        long bytes = (open - (Managed() - before)) / Clients;
        TestContext.Current.SendDiagnosticMessage($"{bytes} bytes for each idle connection");
        Assert.InRange(bytes, 100, 1_024);
        GC.KeepAlive(clients);
    }

    private static long Managed() => GC.GetTotalMemory(forceFullCollection: true);
}
