using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// A <c>larder cache -v</c> of a test's own, on ephemeral ports unless its options say otherwise. It is ready when
/// it has said where it listens.
/// </summary>
internal sealed partial class CacheProcess : IDisposable
{
    private const string Ready = "larder: listening on ";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly List<int> _heirs = [];

    private CacheProcess(Process process, IReadOnlyList<string> endpoints, IReadOnlyList<string> lines)
    {
        _process = process;
        Id = process.Id;
        Endpoints = endpoints;
        FirstLines = lines;
    }

    /// <summary>Where it listens, in its own words.</summary>
    public IReadOnlyList<string> Endpoints { get; }

    /// <summary>What it said before it was ready.</summary>
    public IReadOnlyList<string> FirstLines { get; }

    public int Id { get; }

    public static Task<CacheProcess> Start(string options) => Start(SourceTree.Launcher, options);

    /// <summary>Starts a program that is, or becomes, the launcher.</summary>
    public static async Task<CacheProcess> Start(
        string program,
        string options,
        IEnumerable<string>? prefix = null,
        IDictionary<string, string?>? environment = null)
    {
        await SourceTree.Built;
        string[] words = ["cache", "-v", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        Process process = Command.Start(program, [.. prefix ?? [], .. words], environment: environment);
        List<string> lines = [];
        using var deadline = new CancellationTokenSource(s_patience);
        while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
                return new(process, line[Ready.Length..].Split(", "), lines);

            lines.Add(line);
        }

        using (process) Assert.Fail($"the cache did not start: {string.Join('\n', lines)}");
        return null!;
    }

    /// <summary>Sends a line to the first endpoint; its answer up to the first line's end.</summary>
    public Task<string> Ask(string line) => Ask(IPEndPoint.Parse(Endpoints[0]), line);

    public static async Task<string> Ask(EndPoint endpoint, string line)
    {
        using var socket = Open(endpoint);
        using var deadline = new CancellationTokenSource(s_patience);
        await socket.ConnectAsync(endpoint, deadline.Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{line}\r\n"), deadline.Token);
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadLineAsync(deadline.Token) ?? "";
    }

    /// <summary>Sends it a signal (TERM, INT, USR1, USR2, HUP).</summary>
    public Task Signal(string name) => Signal(Id, name);

    /// <summary>Sends a signal to a process that a test knows by its id.</summary>
    public static async Task Signal(int id, string name)
    {
        CommandResult result = await Command.Run("bash", ["-c", $"kill -{name} {id}"]);
        Assert.Equal(0, result.ExitCode);
    }

    /// <summary>Asks for one statistic.</summary>
    public static async Task<string> Stat(EndPoint endpoint, string name)
    {
        using var socket = Open(endpoint);
        using var deadline = new CancellationTokenSource(s_patience);
        await socket.ConnectAsync(endpoint, deadline.Token);
        await socket.SendAsync("stats\r\n"u8.ToArray(), deadline.Token);
        using var reader = new StreamReader(new NetworkStream(socket));
        string start = $"STAT {name} ";
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal)) return line[start.Length..];
        }

        throw new InvalidDataException($"no statistic is called {name}");
    }

    /// <summary>The next line that it says.</summary>
    public async Task<string?> NextLine()
    {
        using var deadline = new CancellationTokenSource(s_patience);
        return await _process.StandardError.ReadLineAsync(deadline.Token);
    }

    /// <summary>Reads until it tells who has taken over; that process ends with this object, too.</summary>
    public async Task<int> AwaitHeir()
    {
        while (await NextLine() is { } line)
        {
            Match match = TakenOver().Match(line);
            if (!match.Success) continue;
            int heir = int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture);
            _heirs.Add(heir);
            return heir;
        }

        Assert.Fail("nobody took over");
        return 0;
    }

    /// <summary>Waits for its end only: a process that it started may still hold its outputs. Its exit code.</summary>
    public async Task<int> End()
    {
        using var deadline = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits for its end; its exit code and what it still said.</summary>
    public Task<CommandResult> Finish() => Command.Finish(_process);

    /// <summary>Ends a process that a test knows by its id, if it still runs.</summary>
    public static void Kill(int id)
    {
        if (Directory.Exists($"/proc/{id}")) Process.GetProcessById(id).Kill();
    }

    public void Dispose()
    {
        foreach (int heir in _heirs) Kill(heir);
        try
        {
            if (!_process.HasExited) _process.Kill();
        }
        catch (InvalidOperationException)
        {
            return; // Finish has disposed of it already
        }

        _process.Dispose();
    }

    private static Socket Open(EndPoint endpoint) => new(
        endpoint.AddressFamily,
        SocketType.Stream,
        endpoint is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);

    [GeneratedRegex("process (?<id>[0-9]+) has taken the listeners over", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TakenOver();
}
