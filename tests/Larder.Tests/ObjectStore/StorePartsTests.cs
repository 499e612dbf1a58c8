using System.Net.Sockets;
using System.Text;
using Larder.Hosting;
using Larder.ObjectStore;
using Larder.Tests.Launching;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Larder.Tests.ObjectStore;

/// <summary>The parts of the object store's host that need no process of their own.</summary>
public sealed class StorePartsTests
{
    [Theory]
    [InlineData(LogLevel.Critical, 26)]
    [InlineData(LogLevel.Error, 27)]
    [InlineData(LogLevel.Warning, 28)]
    [InlineData(LogLevel.Information, 30)]
    [InlineData(LogLevel.Debug, 31)]
    public void Message_to_the_systems_log_has_its_facility_and_level(LogLevel level, int priority) =>
        Assert.Equal(
            $"<{priority}>Mar  7 09:05:03 cmogstored[1]: text",
            SystemLogger.Format(level, new DateTime(2026, 3, 7, 9, 5, 3, DateTimeKind.Local), "cmogstored[1]", "text"));

    [Fact]
    public void Message_reaches_the_systems_log_and_is_lost_without_one()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("log");
        var logger = new SystemLogger("name", path);
        logger.LeaveTerminal();
        StoreLog.UpgradeFailed(logger, "nobody hears it");
        using (var log = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
        {
            log.Bind(new UnixDomainSocketEndPoint(path));
            HostLog.Doubt(logger, "heard");
            byte[] buffer = new byte[1000];
            string text = Encoding.UTF8.GetString(buffer, 0, log.Receive(buffer));
            Assert.Matches($@"^<28>.* name\[{Environment.ProcessId}\]: heard$", text);
        }

        HostLog.Doubt(logger, "the log has gone, its socket is there");
        Assert.False(logger.IsEnabled(LogLevel.None));
        Assert.False(logger.IsEnabled(LogLevel.Debug));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("3,x")]
    public void Inherited_numbers_that_are_none_are_refused(string text)
    {
        Environment.SetEnvironmentVariable(StoreHeritage.Variable, text);

        var refusal = Assert.Throws<FormatException>(StoreHeritage.FromEnvironment);

        Assert.Equal($"CMOGSTORED_FD holds \"{text.Split(',')[^1]}\", which is no number", refusal.Message);
        Assert.Null(Environment.GetEnvironmentVariable(StoreHeritage.Variable));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("1", false)]
    [InlineData("1 x", false)]
    [InlineData("2 17", true)]
    public void Worker_knows_its_number_and_its_master(string? text, bool isWorker)
    {
        Environment.SetEnvironmentVariable("LARDER_WORKER", text);

        Assert.Equal(isWorker ? new WorkerIdentity(2, 17) : null, WorkerIdentity.FromEnvironment());
        Assert.Null(Environment.GetEnvironmentVariable("LARDER_WORKER"));
    }

    [Fact]
    public void File_tells_of_another_process_that_runs()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("pid");

        Assert.Null(PidFile.OwnerOf(path));
        foreach ((string text, int? owner) in new (string, int?)[] { ("", null), ("0", null), ("1", 1) })
        {
            File.WriteAllText(path, text);
            Assert.Equal(owner, PidFile.OwnerOf(path));
        }
    }
}
