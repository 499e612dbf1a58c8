using System.Net;
using System.Net.Sockets;
using Larder.Bench;

namespace Larder.Tests.Bench;

public sealed class ServerFinderTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("::", "127.0.0.1")]
    public void Listening_process_is_found_by_its_port(string listens, string asked)
    {
        using var socket = new Socket(IPAddress.Parse(listens).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = true;
        socket.Bind(new IPEndPoint(IPAddress.Parse(listens), 0));
        socket.Listen();
        int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        Assert.Equal([Environment.ProcessId], ServerFinder.Find(new IPEndPoint(IPAddress.Parse(asked), port)));
    }

    [Fact]
    public void Listening_process_is_found_by_its_unix_path()
    {
        string path = Path.Combine(Path.GetTempPath(), $"larder-{Environment.ProcessId}-{Guid.NewGuid():N}.sock");
        var endPoint = new UnixDomainSocketEndPoint(path);
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(endPoint);
            socket.Listen();
            Assert.Equal([Environment.ProcessId], ServerFinder.Find(endPoint));
        }

        File.Delete(path);
    }

    [Fact]
    public void Nobody_is_found_where_nobody_listens() =>
        Assert.Empty(ServerFinder.Find(new IPEndPoint(IPAddress.Loopback, 1)));

    [Fact]
    public void Processor_time_of_a_busy_thread_is_seen()
    {
        var probe = new ServerProbe([Environment.ProcessId]);
        ServerUsage before = probe.Read()!;
        ServerUsage after = before;
        SpinWait.SpinUntil(() => (after = probe.Read()!).CpuNsSince(before) > 20_000_000, TimeSpan.FromSeconds(20));
        Assert.True(after.CpuNsSince(before) > 20_000_000);
        Assert.InRange(after.AnonymousBytes, 1, after.ResidentBytes);
    }

    [Fact]
    public void Process_that_is_gone_reads_as_nothing() => Assert.Null(new ServerProbe([int.MaxValue]).Read());
}
