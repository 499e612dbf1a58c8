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

    private const string FrontEndThread = "larder-fe-0";

    private static readonly string[] s_waits = ["epoll_wait", "epoll_pwait", "epoll_pwait2"];
    private static readonly string[] s_receives = ["recvfrom", "recvmsg", "read", "readv"];
    private static readonly string[] s_sends = ["sendto", "sendmsg", "write", "writev"];
    private static readonly string[] s_paid = [.. s_waits, .. s_receives, .. s_sends];

    private const string Traced =
        "recvfrom,recvmsg,read,readv,sendto,sendmsg,write,writev,epoll_ctl,epoll_wait,epoll_pwait,epoll_pwait2";

    [Fact]
    public void Get_at_depth_one_on_an_edge_triggered_front_end_costs_a_wait_a_receive_and_a_send()
    {
        Dictionary<string, int> counts = CountCalls(["-o", "driver=frontends,trigger=edge"]);
        Assert.InRange(Sum(counts, s_receives), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, s_sends), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, s_waits), Requests - 1, Requests + Slack);
        Assert.Equal(0, Sum(counts, "epoll_ctl"));
    }

    [Fact]
    public void Get_at_depth_one_on_the_queue_costs_one_arming_more()
    {
        Dictionary<string, int> counts = CountCalls(["-o", "driver=queue,trigger=edge"]);
        Assert.InRange(Sum(counts, s_receives), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, s_sends), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, "epoll_ctl"), Requests - 1, Requests + Slack);
    }

    /// <summary>
    /// The thread of the front end alone, all system calls: what the runtime does on other threads is not a request's.
    /// It compiles in stages, and maps memory for that on the thread that runs the code, so the first windows are not
    /// the steady state.
    /// </summary>
    [Fact]
    public void Request_on_a_front_end_in_its_steady_state_costs_no_other_system_call_at_all()
    {
        const int WindowsMax = 30;
        using LarderProcess server = Start(["-o", "driver=frontends,trigger=edge"]);
        using WireClient client = Store(server);
        Dictionary<string, int> counts = [];
        int others = int.MaxValue;
        for (int window = 0; window < WindowsMax && others > 0; window++)
        {
            counts = CountCalls(server, client, FrontEndThread);
            others = counts.Where(pair => !s_paid.Contains(pair.Key, StringComparer.Ordinal)).Sum(pair => pair.Value);
        }
        Assert.True(others == 0, $"{others} more: {string.Join(' ', counts)}");
        Assert.InRange(Sum(counts, s_waits), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, s_receives), Requests - 1, Requests + Slack);
        Assert.InRange(Sum(counts, s_sends), Requests - 1, Requests + Slack);
    }

    private static int Sum(Dictionary<string, int> counts, params string[] names) =>
        names.Sum(name => counts.GetValueOrDefault(name));

    private static LarderProcess Start(IReadOnlyList<string> arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is missing: apt-get install strace");
        return LarderProcess.Start(["-t", "1", .. arguments]);
    }

    private static WireClient Store(LarderProcess server)
    {
        WireClient client = server.Connect();
        Assert.Equal("STORED", client.Ask("set traced 0 0 1\r\nx"));
        return client;
    }

    private static Dictionary<string, int> CountCalls(IReadOnlyList<string> arguments)
    {
        using LarderProcess server = Start(arguments);
        using WireClient client = Store(server);
        return CountCalls(server, client, null);
    }

    /// <summary>Counts the calls of one thread by its name, or of all threads.</summary>
    private static Dictionary<string, int> CountCalls(LarderProcess server, WireClient client, string? thread)
    {
        string file = Path.Combine(Path.GetTempPath(), $"larder-strace-{Guid.NewGuid():N}");
        try
        {
            Trace(server, client, file, thread);
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

    private static void Trace(LarderProcess server, WireClient client, string file, string? thread)
    {
        string pid = server.ProcessId.ToString(CultureInfo.InvariantCulture);
        string[] what = thread is null
            ? ["-f", "-p", pid, "-e", "trace=" + Traced]
            : ["-p", ThreadId(pid, thread)];
        using ChildProcess strace = ChildProcess.Start("/usr/bin/strace", [.. what, "-o", file]);
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

    private static string ThreadId(string pid, string name) =>
        Path.GetFileName(Directory.GetDirectories($"/proc/{pid}/task").Single(
            task => File.ReadAllText(Path.Combine(task, "comm")).TrimEnd() == name));

    /// <summary>A call that returned something: its beginning, not the second half of an interrupted one.</summary>
    [GeneratedRegex(@"^(\d+ +)?(?<call>[a-z_0-9]+)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CallPattern();
}
