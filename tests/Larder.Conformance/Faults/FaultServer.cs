using System.Globalization;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Larder as a process of its own that is warmed up and measured before a fault, and must be where it was after it:
/// alive, answering, with as many descriptors and as much memory.
/// </summary>
public sealed class FaultServer : IDisposable
{
    private const int StoreMegabytes = 16;
    private const int WarmUpRounds = 40;

    private readonly LarderProcess _process;
    private readonly int _descriptorsBefore;
    private readonly long _residentBefore;

    private FaultServer(LarderProcess process, int descriptorsBefore, long residentBefore)
    {
        _process = process;
        _descriptorsBefore = descriptorsBefore;
        _residentBefore = residentBefore;
    }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.ProcessId;

    /// <summary>Where it listens.</summary>
    public System.Net.EndPoint EndPoint => _process.EndPoint;

    /// <summary>How much more memory it holds than before the fault, in bytes.</summary>
    public long ResidentGrowth => ProcessProbe.ResidentBytes(ProcessId) - _residentBefore;

    /// <summary>Starts and warms up a server with two threads and a full store of 16 MiB.</summary>
    public static FaultServer Start(CacheDriver driver, CacheTrigger trigger, params string[] arguments)
    {
        string store = StoreMegabytes.ToString(CultureInfo.InvariantCulture);
        LarderProcess process = LarderProcess.Start(
            ["-t", "2", "-m", store, .. Combination.Arguments(driver, trigger), .. arguments]);
        try
        {
            for (int round = 0; round < WarmUpRounds; round++)
                WarmUp(process, round);
            int descriptors = AwaitQuiet(process);
            return new FaultServer(process, descriptors, ProcessProbe.ResidentBytes(process.ProcessId));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>A new connection to it.</summary>
    public WireClient Connect() => _process.Connect();

    /// <summary>
    /// Waits until everything is as it was; fails if the process ended, does not answer, or keeps descriptors or
    /// memory.
    /// </summary>
    /// <param name="growthMax">
    /// Resident memory in bytes that it may keep: compiled code, and buffers held in reserve for the next burst.
    /// </param>
    /// <param name="descriptorsKept">Descriptors that it may keep: assemblies that the fault made it load.</param>
    public void AssertRecovered(long growthMax, int descriptorsKept = 0)
    {
        Assert.False(_process.HasExited, $"the server ended: {_process.Output}");
        using (WireClient client = Connect())
            Assert.StartsWith("VERSION ", client.Ask("version"), StringComparison.Ordinal);
        int descriptors = 0;
        bool closed = Deadline.Usual.Await(
            () => (descriptors = ProcessProbe.DescriptorCount(ProcessId)) <= _descriptorsBefore + descriptorsKept);
        Assert.True(closed, $"{descriptors} descriptors are open, {_descriptorsBefore} were before");
        long growth = 0;
        bool freed = Deadline.After(TimeSpan.FromSeconds(5)).Await(() => (growth = ResidentGrowth) <= growthMax);
        Assert.True(freed, $"resident memory grew by {growth} bytes, at most {growthMax} were expected");
        Assert.DoesNotContain("nhandled exception", _process.Output, StringComparison.Ordinal);
    }

    /// <summary>The value of one of its statistics.</summary>
    public long Stat(string name)
    {
        using WireClient client = Connect();
        return Stat(client, name);
    }

    /// <summary>Waits until the connections of the warm-up are gone; the number of descriptors without any.</summary>
    private static int AwaitQuiet(LarderProcess process)
    {
        using WireClient last = process.Connect();
        Assert.True(Deadline.Usual.Await(() => Stat(last, "curr_connections") == 1), "the warm-up's connections stay");
        return ProcessProbe.DescriptorCount(process.ProcessId) - 1;
    }

    private static long Stat(WireClient client, string name)
    {
        client.Send("stats\r\n");
        long value = -1;
        for (string line = client.ReadLine(); line != "END"; line = client.ReadLine())
        {
            if (line.StartsWith($"STAT {name} ", StringComparison.Ordinal))
                value = long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }
        Assert.True(value >= 0, $"no statistic is called {name}");
        return value;
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    /// <summary>Runs through the code of all that the tests do, and through all of the store's memory.</summary>
    private static void WarmUp(LarderProcess process, int round)
    {
        using WireClient client = process.Connect();
        string big = new('w', 900_000);
        client.Send($"set warm{round} 0 0 {big.Length}\r\n{big}\r\n");
        client.Send("set small 0 0 1\r\n1\r\nincr small 1\r\nbad line\r\n");
        Assert.Equal("STORED", client.ReadLine());
        Assert.Equal("STORED", client.ReadLine());
        Assert.Equal("2", client.ReadLine());
        Assert.Equal("ERROR", client.ReadLine());
        client.Send(string.Concat(Enumerable.Repeat("mg small v\r\nget small nothing\r\n", 50)) + $"get warm{round}\r\n"
            + "stats\r\nstats items\r\nstats settings\r\nstats conns\r\nmn\r\n");
        while (client.ReadLine() != "MN")
        {
        }
        if (round % 2 == 0)
            client.Reset();
    }
}
