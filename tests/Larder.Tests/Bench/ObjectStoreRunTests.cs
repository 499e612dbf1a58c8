using System.Net;
using Larder.Bench;
using Larder.Objects.Serving;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Bench;

/// <summary>Runs of GET and PUT against an object store in this process.</summary>
public sealed class ObjectStoreRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ObjectServer _server;

    public ObjectStoreRunTests()
    {
        Directory.CreateDirectory(_folder.Combine("dev1"));
        _server = ObjectServer.Start(new ObjectServerOptions
        {
            Root = _folder.Combine(""),
            HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        });
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1, PipelineStyle.Burst, 0, 3000, VerifyMode.All)]
    [InlineData(5, PipelineStyle.Window, 0, 3000, VerifyMode.All)]
    [InlineData(5, PipelineStyle.Burst, 100, 100, VerifyMode.None)]
    [InlineData(2, PipelineStyle.Burst, 200_000, 300_000, VerifyMode.All)]
    [InlineData(2, PipelineStyle.Window, 200_000, 300_000, VerifyMode.None)]
    internal void Every_object_is_the_one_that_was_stored(
        int depth, PipelineStyle style, int min, int max, VerifyMode verify)
    {
        LoadCounts counts = RunOne(Options() with
        {
            Depth = depth, Style = style, ValueSize = new ByteRange(min, max), Verify = verify, Keys = 50,
        });
        Assert.True(counts.Hits > 10, $"only {counts.Hits} hits");
        Assert.True(counts.Stored > 10, $"only {counts.Stored} stored");
        Assert.Equal((0, 0, 0), (counts.Misses, counts.Errors, counts.WrongValues));
        Assert.Equal(50, Directory.GetFiles(_folder.Combine("dev1"), "larder-bench-*").Length);
    }

    [Fact]
    public void Objects_that_are_not_there_are_misses()
    {
        BenchOptions options = Options() with { GetShare = 1, Keys = 200 };
        RunOne(options with { Keys = 100 }); // stores half of the names
        LoadCounts counts = RunOne(options with { Fill = false });
        Assert.InRange((double)counts.Misses / (counts.Hits + counts.Misses), 0.4, 0.6);
        Assert.Equal(0, counts.Errors);
    }

    [Fact]
    public void Objects_of_another_run_are_wrong_ones()
    {
        RunOne(Options() with { ValueSize = new ByteRange(50, 50) });
        LoadCounts counts = RunOne(Options() with
        {
            Fill = false, GetShare = 1, Verify = VerifyMode.All, ValueSize = new ByteRange(51, 51),
        });
        Assert.Equal(counts.Hits, counts.WrongValues);
    }

    [Fact]
    public void Refusals_are_errors()
    {
        Directory.CreateDirectory(_folder.Combine("dev1/larder-bench-key-00000000"));
        LoadCounts counts = RunOne(Options() with { KeySize = 25, Keys = 1, Fill = false, GetShare = 1 });
        Assert.Equal((0, 0), (counts.Hits, counts.Misses)); // it is a folder: 403
        Assert.True(counts.Errors > 10, $"only {counts.Errors} errors");
        Assert.Throws<BenchException>(() => RunOne(Options() with { Path = "/dev2/" })); // closed at each PUT
    }

    private BenchOptions Options() => new()
    {
        Targets = [new BenchTarget($"{_server.Endpoints[0]}", "store", null)],
        Protocol = WireProtocol.Http,
        KeySize = 24,
        Connections = 4,
        Depth = 3,
        Keys = 100,
        GetShare = 0.5,
        Rounds = 1,
        Warmup = TimeSpan.Zero,
        Duration = TimeSpan.FromMilliseconds(300),
    };

    private static LoadCounts RunOne(BenchOptions options) =>
        Assert.Single(new BenchRunner(options, new RecordedProgress()).Run().Rounds).Counts;
}
