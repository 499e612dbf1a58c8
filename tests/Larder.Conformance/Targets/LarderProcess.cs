using System.Net;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Targets;

/// <summary>
/// Larder's executable (verb cache) as a process of its own, for tests that look at its descriptors, memory and
/// processor time, or that take its descriptors away.
/// </summary>
public sealed class LarderProcess : TargetServer
{
    private const int SignalTerminate = 15;

    private readonly ChildProcess _process;
    private readonly IPEndPoint _endPoint;

    private LarderProcess(ChildProcess process, IPEndPoint endPoint)
    {
        _process = process;
        _endPoint = endPoint;
    }

    /// <inheritdoc/>
    public override string Name => "larder cache";

    /// <inheritdoc/>
    public override EndPoint EndPoint => _endPoint;

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether it has ended, wanted or not.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote so far.</summary>
    public string Output => _process.Output;

    /// <summary>The built executable; the test project's build has built it.</summary>
    public static string Program { get; } =
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Larder/release/larder"));

    /// <summary>Starts it on an ephemeral port of loopback and waits until it accepts.</summary>
    /// <param name="arguments">More options in memcached's spelling; later ones win.</param>
    public static LarderProcess Start(IReadOnlyList<string> arguments)
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not built (dotnet build src/Larder -c Release)");
        using var portFile = new PortFile();
        ChildProcess process = ChildProcess.Start(
            Program, ["cache", "-u", "root", "-l", "127.0.0.1", "-p", "-1", .. arguments], portFile.Environment);
        try
        {
            return new LarderProcess(process, portFile.Await(process));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Ends it with SIGTERM; its exit code.</summary>
    public int Stop() => Stop(SignalTerminate);

    /// <summary>Ends it with a signal; its exit code. Throws if it is still there after the usual deadline.</summary>
    public int Stop(int signal)
    {
        _process.Signal(signal);
        if (!_process.AwaitExit(Deadline.Usual))
            throw new TimeoutException($"signal {signal} did not end the server; it wrote:\n{Output}");
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _process.Dispose();
    }
}
