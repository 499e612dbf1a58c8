using System.Diagnostics;
using Larder.Client.ServerList;
using Xunit;

namespace Larder.Client.Tests.ServerList;

/// <summary>
/// Aim: other languages can read the list by its page alone. Method: the program of docs/protocol/server-list.md is cut
/// out of it and run.
/// </summary>
public sealed class ServerListPythonTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const int LinesMax = 45;

    private readonly string _folder = Directory.CreateTempSubdirectory("larder-list-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reader_in_python_sees_what_was_published()
    {
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed");
        string path = Path.Combine(_folder, "servers");
        using (var writer = ServerListWriter.Create(path, TimeSpan.FromMinutes(5), ServerListCorpus.Numbered(1, 3)))
        {
            writer.Publish(ServerListCorpus.Mixed);
            Assert.Equal(["2 fresh", .. Lines(ServerListCorpus.Mixed)], Run(path));
            writer.Publish(ServerListCorpus.Numbered(3, 600));
            Assert.Equal(["3 fresh", .. Lines(ServerListCorpus.Numbered(3, 600))], Run(path));
        }

        Assert.Equal("3 stale", Run(path)[0]);
    }

    [Fact]
    public void Reader_in_python_is_short_enough() => Assert.InRange(Program().Split('\n').Length, 20, LinesMax);

    private static IEnumerable<string> Lines(IEnumerable<ServerVerdict> servers) => servers.Select(static server =>
        $"{server.Host}:{server.Port} {server.Name ?? "-"} {server.Weight} "
        + $"{server.State.ToString().ToLowerInvariant()} {(long)server.Latency.TotalMicroseconds} "
        + $"{server.Since.ToUnixTimeMilliseconds()}");

    private string[] Run(string path)
    {
        string program = Path.Combine(_folder, "reader.py");
        File.WriteAllText(program, Program());
        ProcessStartInfo start = new(Python, [program, path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONIOENCODING"] = "utf-8", ["PYTHONDONTWRITEBYTECODE"] = "1" },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", errors.GetAwaiter().GetResult());
        return output.TrimEnd('\n').Split('\n');
    }

    private static string Program()
    {
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ServerList", "server-list.md"));
        const string begin = "```python\n";
        int start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)];
    }
}
