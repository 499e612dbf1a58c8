using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Aim: nobody notices that a new version takes over. Method: a storm of short visits over TCP and a UNIX socket, and
/// clients that stay, while SIGUSR2 puts one process after the other into the place of the last; each visit must be
/// answered whole, and who stays is served by the process that accepted it until it leaves.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class HandOverTests : IDisposable
{
    private const int Visitors = 12;
    private const int SignalUpgrade = 12; // SIGUSR2
    private const long VisitsBetween = 300;

    private readonly string _socketPath = Path.Combine(Path.GetTempPath(), $"larder-{Guid.NewGuid():N}");
    private readonly PortFile _portFile = new();
    private readonly List<int> _processIds = [];

    public static TheoryData<CacheDriver, CacheTrigger> All => Combination.All();

    [Theory]
    [MemberData(nameof(All))]
    public void Upgrades_under_a_storm_of_visits_lose_no_connection_and_no_answer(
        CacheDriver driver, CacheTrigger trigger)
    {
        string[] line =
        [
            "cache", "-u", "root", "-v", "-t", "2", "-p", "-1", "-l", $"127.0.0.1,unix:{_socketPath}",
            .. Combination.Arguments(driver, trigger),
        ];
        using ChildProcess first = ChildProcess.Start(LarderProcess.Program, line, _portFile.Environment);
        IPEndPoint tcp = _portFile.Await(first);
        _processIds.Add(first.Id);
        using var visits = new ShortVisits([tcp, new UnixDomainSocketEndPoint(_socketPath)], Visitors);
        visits.AwaitProgress(VisitsBetween);
        for (int generation = 0; generation < 3; generation++)
        {
            int old = _processIds[^1];
            using (var guest = new Bystander(tcp, 2))
            {
                guest.AwaitProgress(100);
                Signal(old, SignalUpgrade);
                int heir = old; // for a moment both accept
                Assert.True(
                    Deadline.Usual.Await(() => (heir = ProcessIdAt(tcp)) != old), $"nobody took over: {first.Output}");
                _processIds.Add(heir);
                guest.AwaitProgress(100); // by the old process, whose guests they are
                visits.AwaitProgress(VisitsBetween);
                guest.AssertServed(TimeSpan.FromSeconds(10));
                Assert.True(IsRunning(old), first.Output);
            }
            Assert.True(Deadline.Usual.Await(() => !IsRunning(old)), $"{old} still drains: {first.Output}");
        }
        visits.AwaitProgress(VisitsBetween);
        long count = visits.AssertServed();
        TestContext.Current.SendDiagnosticMessage($"{driver}/{trigger}: {count} visits, 3 upgrades, none lost");
        Assert.Equal(0, first.ExitCode);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (int id in _processIds.Where(IsRunning))
            Signal(id, 9);
        _portFile.Dispose();
        File.Delete(_socketPath);
    }

    private static int ProcessIdAt(EndPoint endPoint)
    {
        using WireClient client = WireClient.Connect(endPoint);
        client.Send("stats\r\n");
        string line = client.ReadLine();
        Assert.StartsWith("STAT pid ", line, StringComparison.Ordinal);
        return int.Parse(line[9..], CultureInfo.InvariantCulture);
    }

    /// <summary>A process that has ended has no executable any more, whether anybody waited for it or not.</summary>
    private static bool IsRunning(int id) => new FileInfo($"/proc/{id}/exe").LinkTarget is not null;

    private static void Signal(int id, int number)
    {
        using var kill = Process.Start("kill", [$"-{number}", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
