using System.Diagnostics;
using System.Net;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Wire;

/// <summary>
/// What only a process of its own shows: inherited descriptors, and a limit of descriptors that is reached.
/// </summary>
public sealed class ChildProcessTests
{
    private readonly Listener _listener =
        Listener.Bind(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());

    [Theory]
    [InlineData("LARDER_LISTEN_FDS=$FD exec \"$@\"")]
    [InlineData("exec 3<&$FD; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"")]
    public void Child_serves_on_the_listener_that_it_inherits(string bash)
    {
        using var child = new ChildServer(_listener, bash);
        using (var client = new LineClient(_listener.LocalEndPoint!))
        {
            Assert.Equal("from the child", client.Ask("echo from the child"));
        }
        Assert.StartsWith("0 ", child.Stop(), StringComparison.Ordinal);
        _listener.Dispose();
    }

    [Fact]
    public void Child_whose_descriptors_are_used_up_goes_on_when_some_are_free_again()
    {
        const int Limit = 200;
        const int Clients = 300;
        using var child = new ChildServer(_listener, $"ulimit -n {Limit}; LARDER_LISTEN_FDS=$FD exec \"$@\"");
        using (var warm = new LineClient(_listener.LocalEndPoint!))
        {
            Assert.Equal("loaded", warm.Ask("echo loaded")); // the runtime needs descriptors to load what this runs
        }
        EndPoint endPoint = _listener.LocalEndPoint!;
        List<LineClient> waiting = [.. Enumerable.Range(0, Clients).Select(_ => new LineClient(endPoint))];
        waiting.ForEach(client => client.Send("echo served\n"));
        int rounds = 0;
        while (waiting.Count > 0)
        {
            LineClient[] served = [];
            Until.True(() => (served = [.. waiting.Where(client => client.Socket.Available > 0)]).Length > 0, "served");
            if (rounds++ == 0)
            {
                AssertIdle(child);
                served = [.. waiting.Where(client => client.Socket.Available > 0)];
                Assert.InRange(served.Length, 20, Limit - 1);
            }
            Assert.All(served, client => Assert.Equal("served", client.ReadLine()));
            Assert.Equal("still", served[0].Ask("echo still"));
            Array.ForEach(served, client => client.Dispose());
            waiting.RemoveAll(served.Contains);
        }
        Assert.True(rounds > 1);
        Assert.StartsWith("0 ", child.Stop(), StringComparison.Ordinal);
        _listener.Dispose();
    }

    /// <summary>Without descriptors it waits, and does not ask for them again and again.</summary>
    private static void AssertIdle(ChildServer child)
    {
        TimeSpan used = TimeSpan.MaxValue;
        Until.True(() =>
        {
            var clock = Stopwatch.StartNew();
            TimeSpan before = child.Processor;
            Until.True(() => clock.ElapsedMilliseconds > 500, "half a second");
            used = child.Processor - before;
            return used.TotalMilliseconds < 100;
        }, "a child that does not spin");
    }
}
