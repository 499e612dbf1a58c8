using System.Text.Json;
using Larder.Bench;
using Larder.Tests.Launching;

namespace Larder.Tests.Bench.Simulating;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Simulate_shows_a_row_for_each_size_and_a_column_for_each_algorithm()
    {
        string json = _folder.Combine("result.json");
        string trace = TraceFile.Write(_folder, 0, 1, 0, 2, 0, 1);
        (int exitCode, string output, string messages) =
            Run(trace, "--items", "2,3", "--algorithm", "lru,fifo", "--json", json);
        Assert.Equal((0, ""), (exitCode, messages));
        string[] lines = output.Split('\n');
        Assert.Equal("trace.u32: 6 requests, 3 objects", lines[0]);
        Assert.Equal("items  of objects     LRU    FIFO", lines[2]);
        Assert.Equal("2          66.7 %  0.6667  0.8333", lines[3]);
        Assert.Equal("3         100.0 %  0.5000  0.5000", lines[4]);
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement first = document.RootElement.GetProperty("sizes")[0];
        Assert.Equal(2, first.GetProperty("items").GetInt32());
        Assert.Equal(4, first.GetProperty("misses").GetProperty("lru").GetInt32());
        Assert.Equal(5, first.GetProperty("misses").GetProperty("fifo").GetInt32());
    }

    [Fact]
    public void Percentages_become_items_rounded_down_but_never_none()
    {
        string markdown = _folder.Combine("result.md");
        string trace = TraceFile.Write(_folder, 0, 1, 2, 3, 4, 5, 6);
        (int exitCode, string output, _) =
            Run(trace, "--percent", "1,30,50", "--algorithm", "clock", "--markdown", markdown);
        Assert.Equal(0, exitCode);
        Assert.Equal(["1", "2", "3"], output.Split('\n')[3..6].Select(line => line.Split(' ')[0]));
        Assert.Contains("| 3     |     42.9 % | 1.0000 |", File.ReadAllLines(markdown));
    }

    [Theory]
    [InlineData("--items 0", "--items: a cache of 0 objects cannot be simulated")]
    [InlineData("--items x", "--items: 'x' is not a number, for example 1000, 100k or 1m")]
    [InlineData("--items 5 --percent 5", "--items and --percent contradict each other")]
    [InlineData("--percent 0", "--percent: '0' is not a list of percentages above 0, at most 100")]
    [InlineData("--percent 101", "--percent: '101' is not a list of percentages above 0, at most 100")]
    [InlineData("--percent 5,", "--percent: '5,' is not a list of percentages above 0, at most 100")]
    [InlineData("--algorithm lfu", "--algorithm: 'lfu' is none of s3fifo, lru, fifo, clock, slru")]
    public void Bad_option_gets_one_line_and_exit_code_1(string arguments, string message)
    {
        (int exitCode, string output, string messages) =
            Run([TraceFile.Write(_folder, 0), .. arguments.Split(' ')]);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal($"larder bench simulate: {message}\n", messages);
    }

    [Fact]
    public void Missing_file_gets_one_line_and_exit_code_1()
    {
        (int exitCode, string output, string messages) = Run(_folder.Combine("none"));
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal($"larder bench simulate: {_folder.Combine("none")}: there is no such file\n", messages);
    }

    [Fact]
    public void Help_of_simulate_shows_options_and_examples()
    {
        (int exitCode, string output, _) = Run("--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("bench simulate <FILE> [options]", output, StringComparison.Ordinal);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output, string Messages) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        int exitCode = BenchCommand.Run("larder bench", ["simulate", .. args], output, messages);
        return (exitCode, output.ToString(), messages.ToString());
    }
}
