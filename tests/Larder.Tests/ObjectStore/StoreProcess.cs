using System.Diagnostics;
using System.Globalization;
using System.Net;
using Larder.Tests.Hosting;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.ObjectStore;

/// <summary>
/// An object store of a test's own, on an ephemeral port of 127.0.0.1, called through a link named cmogstored. All
/// processes that come of it write to the same standard error, and end with this object.
/// </summary>
internal sealed class StoreProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly HashSet<int> _ids = [];

    private StoreProcess(Process process)
    {
        _process = process;
        Id = process.Id;
    }

    public int Id { get; }

    /// <summary>All that it has said so far.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Where it serves, by what it serves there; of several alike the last.</summary>
    public Dictionary<string, IPEndPoint> Endpoints { get; } = new(StringComparer.Ordinal);

    /// <summary>Where it serves HTTP.</summary>
    public IPEndPoint Http => Endpoints["http"];

    /// <summary>Makes a root with one device and the link in a folder, and starts the link.</summary>
    public static async Task<StoreProcess> Start(TemporaryFolder folder, params string[] options)
    {
        await SourceTree.Built;
        Directory.CreateDirectory(folder.Combine("root/dev1"));
        string link = folder.Combine("cmogstored");
        if (!File.Exists(link)) File.CreateSymbolicLink(link, SourceTree.Launcher);
        string[] words = [$"--docroot={folder.Combine("root")}", "--httplisten=127.0.0.1:0", .. options];
        var store = new StoreProcess(Command.Start(link, words));
        const string Begin = "listening on ";
        string line = await store.Await(Begin);
        foreach (string each in line[(line.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..].Split(", "))
        {
            string[] parts = each.Split(' ');
            store.Endpoints[parts[0]] = IPEndPoint.Parse(parts[1]);
        }

        return store;
    }

    /// <summary>Reads until a line holds a text; that line.</summary>
    public async Task<string> Await(string text)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        while (await _process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            Lines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        }

        Assert.Fail($"it did not say \"{text}\" but:\n{string.Join('\n', Lines)}");
        return "";
    }

    /// <summary>Reads until it tells of a process in this way; that process ends with this object, too.</summary>
    /// <param name="text">With a # for the number.</param>
    public async Task<int> AwaitProcess(string text)
    {
        string[] parts = text.Split('#');
        string line = await Await(parts[0]);
        string rest = line[(line.IndexOf(parts[0], StringComparison.Ordinal) + parts[0].Length)..];
        int id = int.Parse(rest.Split(parts[1][0])[0], CultureInfo.InvariantCulture);
        _ids.Add(id);
        return id;
    }

    /// <summary>The first process in the place of a worker; it ends with this object.</summary>
    public int WorkerProcess(int number)
    {
        string line = Lines.First(each => each.Contains($": worker {number}: process ", StringComparison.Ordinal));
        int id = int.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture);
        _ids.Add(id);
        return id;
    }

    public Task Signal(string name) => CacheProcess.Signal(Id, name);

    /// <summary>Reads what it still says; its exit code.</summary>
    public async Task<int> End()
    {
        using var deadline = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Reads up to the end of all that write there.</summary>
    public async Task ReadToEnd()
    {
        using var deadline = new CancellationTokenSource(s_patience);
        while (await _process.StandardError.ReadLineAsync(deadline.Token) is { } line) Lines.Add(line);
    }

    /// <summary>What ps shows of a process.</summary>
    public static string Title(int id) => File.ReadAllText($"/proc/{id}/cmdline").TrimEnd('\0');

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        foreach (int id in _ids) CacheProcess.Kill(id);
        _process.Dispose();
    }
}
