using System.Net;
using Larder.Conformance.Wire;

namespace Larder.Conformance.Targets;

/// <summary>Debian's memcached, one worker thread, as the judge of the transcripts.</summary>
public sealed class OracleServer : TargetServer
{
    /// <summary>The version whose differences KnownDifferences.txt records.</summary>
    public const string VersionJudged = "1.6.18";

    private const string Program = "/usr/bin/memcached";

    private readonly ChildProcess _process;
    private readonly IPEndPoint _endPoint;

    private OracleServer(ChildProcess process, IPEndPoint endPoint, IPEndPoint? datagrams)
    {
        _process = process;
        _endPoint = endPoint;
        Datagrams = datagrams;
    }

    /// <summary>Why the oracle cannot be asked on this machine, or null if it can.</summary>
    public static string? MissingBecause { get; } = FindWhyMissing();

    /// <inheritdoc/>
    public override string Name => "memcached " + VersionJudged;

    /// <inheritdoc/>
    public override EndPoint EndPoint => _endPoint;

    /// <summary>Where it takes datagrams, with -U.</summary>
    public IPEndPoint? Datagrams { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts it with <paramref name="arguments"/> in addition and waits until it accepts.</summary>
    public static OracleServer Start(IReadOnlyList<string> arguments)
    {
        using var portFile = new PortFile();
        ChildProcess process = ChildProcess.Start(
            Program, ["-u", "root", "-l", "127.0.0.1", "-p", "-1", "-t", "1", .. arguments], portFile.Environment);
        try
        {
            return new OracleServer(process, portFile.Await(process), portFile.Datagrams());
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _process.Dispose();

    private static string? FindWhyMissing()
    {
        if (!File.Exists(Program))
            return $"{Program} is not installed (apt-get install memcached)";
        string version = ChildProcess.Run(Program, ["-V"], Deadline.Usual).Output.Trim();
        return version == "memcached " + VersionJudged
            ? null
            : $"{Program} is \"{version}\"; KnownDifferences.txt judges {VersionJudged} only";
    }
}
