using System.Globalization;
using System.Text.RegularExpressions;
using Larder.Conformance.Faults;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.SystemCalls;

/// <summary>
/// Aim: a request costs one wait, one receive and one send, and nothing else. Method: strace watches all threads of the
/// server while one client asks one request after the other.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed partial class SystemCallTests
{
    private const int Requests = 300;

    /// <summary>
    /// What the clock and the runtime do on their own beside the requests. One call fewer than requests is right too:
    /// strace may have left before the one behind the last answer.
    /// </summary>
    private const int Slack = 10;

    private const int SignalInterrupt = 2;

    private const string Traced =
        "recvfrom,recvmsg,read,readv,sendto,sendmsg,write,writev,epoll_ctl,epoll_wait,epoll_pwait,epoll_pwait2";

    [Fact]
    public void Get_at_depth_one_on_an_edge_triggered_front_end_costs_a_wait_a_receive_and_a_send()
    {
        Dictionary<string, int> counts = CountCalls(["-o", "driver=frontends,trigger=edge"]);
        Assert.InRange(Sum(counts, "recvfrom", "recvmsg", "read", "readv"), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, "sendto", "sendmsg", "write", "writev"), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, "epoll_wait", "epoll_pwait", "epoll_pwait2"), Requests - 1, Requests + Slack);
        Assert.Equal(0, Sum(counts, "epoll_ctl"));
    }

    [Fact]
    public void Get_at_depth_one_on_the_queue_costs_one_arming_more()
    {
        Dictionary<string, int> counts = CountCalls(["-o", "driver=queue,trigger=edge"]);
        Assert.InRange(Sum(counts, "recvfrom", "recvmsg", "read", "readv"), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, "sendto", "sendmsg", "write", "writev"), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, "epoll_ctl"), Requests - 1, Requests + Slack);
    }

    private static int Sum(Dictionary<string, int> counts, params string[] names) =>
        names.Sum(name => counts.GetValueOrDefault(name));

    private static Dictionary<string, int> CountCalls(IReadOnlyList<string> arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is missing: apt-get install strace");
        using LarderProcess server = LarderProcess.Start(["-t", "1", .. arguments]);
        using WireClient client = server.Connect();
        Assert.Equal("STORED", client.Ask("set traced 0 0 1\r\nx"));
        string file = Path.Combine(Path.GetTempPath(), $"larder-strace-{Guid.NewGuid():N}");
        try
        {
            Trace(server, client, file);
            return File.ReadLines(file)
                .Select(line => CallPattern().Match(line))
                .Where(match => match.Success)
                .GroupBy(match => match.Groups["call"].Value, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Trace(LarderProcess server, WireClient client, string file)
    {
        string pid = server.ProcessId.ToString(CultureInfo.InvariantCulture);
        using ChildProcess strace = ChildProcess.Start(
            "/usr/bin/strace",
            ["-f", "-p", pid, "-o", file, "-e", "trace=" + Traced]);
        bool attached = Deadline.Usual.Await(
            () => strace.HasExited || strace.Output.Contains("attached", StringComparison.Ordinal));
        Assert.SkipWhen(
            strace.HasExited || !attached || strace.Output.Contains("not permitted", StringComparison.Ordinal),
            $"strace may not look at processes here: {strace.Output}");
        for (int number = 0; number < Requests; number++)
        {
            Assert.Equal("VA 1", client.Ask("mg traced v"));
            Assert.Equal("x", client.ReadLine());
        }
        strace.Signal(SignalInterrupt);
        Assert.True(strace.AwaitExit(Deadline.Usual), "strace did not end");
    }

    /// <summary>A call that returned something: its beginning, not the second half of an interrupted one.</summary>
    [GeneratedRegex(@"^\d+ +(?<call>[a-z_0-9]+)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CallPattern();
}
