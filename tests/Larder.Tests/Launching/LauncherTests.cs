using System.Diagnostics;
using Xunit;

namespace Larder.Tests.Launching;

/// <summary>
/// Aim: whoever types ./larder gets the program, built if need be, and nothing in between. Method: the real script
/// around a small program that tells its process id, name and arguments, in a path with a space.
/// </summary>
public sealed class LauncherTests
{
    [Fact]
    public async Task First_starts_at_once_share_one_build()
    {
        using var repository = new SmallRepository();

        Process[] starts = [.. Enumerable.Range(0, 2).Select(_ => Start(repository.Launcher, "a", "b c"))];
        int[] processIds = [.. starts.Select(static start => start.Id)];
        CommandResult[] results = await Task.WhenAll(starts.Select(Command.Finish));

        for (int i = 0; i < results.Length; i++)
        {
            Assert.Equal($"first {processIds[i]} larder a|b c\n", results[i].Output);
            Assert.Equal(7, results[i].ExitCode);
        }

        string said = string.Concat(results.Select(static result => result.Error));
        Assert.Equal("larder: building (first use, a minute or two)…\n", said);
    }

    [Fact]
    public async Task Program_is_built_again_only_when_sources_changed()
    {
        using var repository = new SmallRepository();
        await Command.Finish(Start(repository.Launcher));

        CommandResult again = await Command.Finish(Start(repository.Launcher));
        Assert.StartsWith("first ", again.Output, StringComparison.Ordinal);
        Assert.Empty(again.Error);

        repository.WriteProgram("second");
        CommandResult changed = await Command.Finish(Start(repository.Launcher));
        Assert.StartsWith("second ", changed.Output, StringComparison.Ordinal);
        Assert.Equal("larder: building (sources changed)…\n", changed.Error);

        repository.WriteSource("this is no program");
        CommandResult broken = await Command.Finish(Start(repository.Launcher));
        Assert.Empty(broken.Output);
        Assert.Contains("Program.cs(1,", broken.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            "larder: the build failed; what the compiler said stands above\n", broken.Error, StringComparison.Ordinal);
        Assert.Equal(1, broken.ExitCode);
    }

    [Fact]
    public async Task Artifacts_elsewhere_leave_the_sources_alone_and_no_folders_in_the_temporary_one()
    {
        using var repository = new SmallRepository();
        using var elsewhere = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        Dictionary<string, string?> environment = SmallRepository.Environment("build output");
        environment["TMPDIR"] = temporary.Path;

        CommandResult result = await Command.Run(repository.Launcher, [], elsewhere.Path, environment);

        Assert.DoesNotContain(
            Directory.GetDirectories(temporary.Path), static each => Path.GetFileName(each).Length == 6); // mkdtemp(3)
        Assert.StartsWith("first ", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(elsewhere.Combine("build output/bin/Larder/release/larder")));
        Assert.False(Directory.Exists(Path.Combine(repository.Folder, "artifacts")));
    }

    [Fact]
    public async Task Missing_sdk_is_told_in_one_sentence()
    {
        using var repository = new SmallRepository();
        using var tools = new TemporaryFolder();
        foreach (string tool in new[] { "readlink", "find", "mkdir", "flock", "mv", "cat" })
            File.CreateSymbolicLink(tools.Combine(tool), $"/usr/bin/{tool}");

        Dictionary<string, string?> environment = SmallRepository.Environment();
        environment["PATH"] = tools.Path;
        CommandResult result = await Command.Run(repository.Launcher, ["version"], environment: environment);

        Assert.Equal(
            "larder: the .NET 10 SDK is missing: install it (https://dot.net/download) and try again\n", result.Error);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Link_called_memcached_is_memcached()
    {
        using var folder = new TemporaryFolder();
        string link = folder.Combine("memcached");
        File.CreateSymbolicLink(link, SourceTree.Launcher);

        CommandResult result = await Command.Run(link, ["-V"], folder.Path);

        Assert.StartsWith("memcached 1.6.45", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("", 0, "usage: larder VERB")]
    [InlineData("help", 0, "usage: larder VERB")]
    [InlineData("--help", 0, "usage: larder VERB")]
    [InlineData("version", 0, "larder 0.1.0")]
    [InlineData("help cache", 0, "usage: larder cache [OPTIONS]")]
    [InlineData("cache -h", 0, "usage: larder cache [OPTIONS]")]
    [InlineData("cahce", 64, "larder: unknown verb 'cahce': did you mean 'cache'?")]
    [InlineData("help cahce", 64, "larder: unknown verb 'cahce': did you mean 'cache'?")]
    [InlineData("cache -c 0", 1, "Maximum connections must be greater than 0")]
    [InlineData("cache -Z", 64, "-Z needs -o ssl_chain_cert=FILE,ssl_key=FILE")]
    public async Task Verb_answers_on_the_right_stream_with_its_exit_code(string line, int exitCode, string text)
    {
        await SourceTree.Built;
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        CommandResult result = await Command.Run(SourceTree.Launcher, words);

        Assert.Contains(text, exitCode == 0 ? result.Output : result.Error, StringComparison.Ordinal);
        Assert.Empty(exitCode == 0 ? result.Error : result.Output);
        Assert.Equal(exitCode, result.ExitCode);
    }

    private static Process Start(string program, params string[] args) =>
        Command.Start(program, args, Path.GetTempPath(), SmallRepository.Environment());
}
