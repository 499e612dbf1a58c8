using System.Text.RegularExpressions;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.Naming;

/// <summary>
/// Aim: the program behind a link named memcached is memcached to whoever starts it. Method: the same command lines for
/// the link and for Debian's memcached; exit codes and first words must agree.
/// </summary>
public sealed partial class MemcachedNameTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("larder-").FullName;

    private string Link => Path.Combine(_folder, "memcached");

    /// <summary>Makes the link, beside nothing of the program.</summary>
    public MemcachedNameTests()
    {
        Assert.SkipUnless(File.Exists(LarderProcess.Program), $"{LarderProcess.Program} is not built");
        File.CreateSymbolicLink(Link, LarderProcess.Program);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("-c 0")]
    [InlineData("-t 0")]
    [InlineData("-f 1")]
    [InlineData("-n 0")]
    [InlineData("-R 0")]
    [InlineData("-I 1")]
    [InlineData("-u root -I 40m")]
    [InlineData("-u root -m 1")]
    [InlineData("-u nosuchuser")]
    [InlineData("-u root -s /no/such/folder/s")]
    [InlineData("-u root -l 192.0.2.1")]
    [InlineData("-B x")]
    [InlineData("-p 70000")]
    [InlineData("-Q")]
    [InlineData("-D")]
    [InlineData("--nonsense")]
    [InlineData("-o foo")]
    [InlineData("-o hashpower")]
    [InlineData("-o hashpower=5")]
    [InlineData("-o hashpower=99")]
    [InlineData("-o idle_timeout")]
    [InlineData("-o slab_automove=9")]
    [InlineData("-o tail_repair_time=1")]
    [InlineData("-o hash_algorithm=md5")]
    [InlineData("-o hot_lru_pct=99")]
    [InlineData("-h")]
    [InlineData("-V")]
    [InlineData("--help")]
    [InlineData("--version")]
    public void Command_line_ends_with_the_exit_code_of_memcached(string line)
    {
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        Assert.SkipWhen(line.Contains("nosuchuser", StringComparison.Ordinal) && !Environment.IsPrivilegedProcess,
            "-u does something only for root");
        string[] words = line.Split(' ');
        (int expected, string said) = ChildProcess.Run("/usr/bin/memcached", words, Deadline.Usual);
        (int found, string output) = ChildProcess.Run(Link, words, Deadline.Usual);

        Assert.True(expected == found, $"{expected}, not {found}:\n{said}\n{output}");
        Assert.NotEmpty(output);
        if (expected == 0)
            Assert.StartsWith("memcached 1.6.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_has_every_option_of_memcached_in_its_shape()
    {
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        string expected = ChildProcess.Run("/usr/bin/memcached", ["-h"], Deadline.Usual).Output;
        string found = ChildProcess.Run(Link, ["-h"], Deadline.Usual).Output;
        string[] names = [.. OptionPattern().Matches(expected).Select(match => match.Value)];

        Assert.True(names.Length > 30, "the oracle's help is not what it was");
        Assert.All(names, name => Assert.Contains($"\n{name}", found, StringComparison.Ordinal));
    }

    [Fact]
    public void Word_of_o_in_the_help_of_memcached_is_in_ours_and_accepted()
    {
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        string expected = ChildProcess.Run("/usr/bin/memcached", ["-h"], Deadline.Usual).Output;
        string found = ChildProcess.Run(Link, ["-h"], Deadline.Usual).Output;
        string[] names = [.. WordPattern().Matches(expected).Select(match => match.Groups["name"].Value)
            .Where(name => !name.StartsWith("ssl_", StringComparison.Ordinal))];

        Assert.True(names.Length > 20, "the oracle's help is not what it was");
        foreach (string name in names)
        {
            Assert.Contains($"\n   - {name}:", found, StringComparison.Ordinal);
            string refusal = ChildProcess.Run(Link, ["-o", name, "-c", "0"], Deadline.Usual).Output;
            Assert.DoesNotContain("Illegal suboption", refusal, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("^-[a-zA-Z], --[a-z_-]+", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex OptionPattern();

    [GeneratedRegex("^   - (?<name>[a-z_]+):", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex WordPattern();
}
