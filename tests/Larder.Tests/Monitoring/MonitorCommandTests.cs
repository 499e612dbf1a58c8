using Larder.Monitoring;
using Larder.Verbs;
using Xunit;

namespace Larder.Tests.Monitoring;

/// <summary>Aim: the verb's command line. Method: arguments that are wrong, and one line about each.</summary>
public sealed class MonitorCommandTests
{
    [Theory]
    [InlineData("a", "--list")]
    [InlineData("--list f", "Required argument missing")]
    [InlineData("--list f a:b", "'a:b' is not [NAME=]HOST[:PORT[:WEIGHT]]")]
    [InlineData("--list f a:1:0", "'a:1:0' is not")]
    [InlineData("--list f a:70000", "'a:70000' is not")]
    [InlineData("--list f =a", "'=a' has an empty name")]
    [InlineData("--list f n=", "'n=' is not")]
    [InlineData("--list f a b a", "a:11211 is there twice")]
    [InlineData("--list f --interval 1ms a", "--interval must be at least 10ms")]
    [InlineData("--list f --interval soon a", "--interval: 'soon' is not a time")]
    [InlineData("--list f --timeout 0 a", "--timeout must be more than 0")]
    [InlineData("--list f --down 0 a", "--down must be at least 1")]
    [InlineData("--list f --up 0 a", "--up must be at least 1")]
    [InlineData("--list f --probe ping a", "'ping' is none of version, mn")]
    public void Arguments_that_are_wrong_are_told_in_one_line(string arguments, string message)
    {
        StringWriter messages = new();

        int code = MonitorCommand.Run(
            "larder monitor", arguments.Split(' '), TextWriter.Null, messages, CancellationToken.None);

        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith("larder monitor: ", messages.ToString(), StringComparison.Ordinal);
        Assert.Contains(message, messages.ToString(), StringComparison.Ordinal);
        Assert.Single(messages.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void List_that_cannot_be_written_is_an_error_of_the_system()
    {
        StringWriter messages = new();

        int code = MonitorCommand.Run(
            "larder monitor", ["--list", "/proc/no/such", "a"], TextWriter.Null, messages, default);

        Assert.Equal(ExitCode.OsError, code);
        Assert.Contains("/proc/no/such: ", messages.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Server_that_does_not_fit_the_list_is_told()
    {
        StringWriter messages = new();
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        int code = MonitorCommand.Run(
            "larder monitor", ["--list", path, new string('h', 300)], TextWriter.Null, messages, default);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("does not fit a server list", messages.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_of_the_verb_shows_its_options()
    {
        StringWriter output = new();

        int code = MonitorCommand.Run("larder monitor", ["--help"], output, TextWriter.Null, CancellationToken.None);

        Assert.Equal(ExitCode.Success, code);
        string[] options = ["--list", "--interval", "--timeout", "--down", "--up", "--probe", "SERVER"];
        foreach (string option in options)
            Assert.Contains(option, output.ToString(), StringComparison.Ordinal);
    }
}
