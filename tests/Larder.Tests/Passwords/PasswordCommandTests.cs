using System.Diagnostics;
using System.Text;
using Larder.Cache.Authentication;
using Larder.Passwords;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Passwords;

/// <summary>Aim: <c>larder passwd</c> changes what it was asked to, and says in one line why not.</summary>
public sealed class PasswordCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Queue<string?> _typed = new();
    private readonly List<string> _questions = [];

    private string Users => _folder.Combine("users");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Users_are_added_listed_changed_and_removed()
    {
        Assert.Equal((0, "", ""), Run("secret\n", Users, "bob", "--stdin"));
        Assert.Equal((0, "", ""), Run("other\r\nmore\n", Users, "alice", "--stdin", "--iterations", "5000"));
        Assert.Equal((0, "alice\nbob\n", ""), Run("", Users, "--list"));
        string[] lines = File.ReadAllLines(Users);
        Assert.StartsWith("alice:5000:", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("bob:4096:", lines[2], StringComparison.Ordinal);
        Assert.Equal((0, "", ""), Run("", Users, "alice", "--delete"));
        Assert.Equal((0, "bob\n", ""), Run("", Users, "--list"));
        Assert.Equal(["bob"], PasswordFile.Load(Users).Users);
        Assert.Empty(_questions);
    }

    [Fact]
    public void Password_is_asked_for_twice()
    {
        _typed.Enqueue("secret");
        _typed.Enqueue("secret");
        Assert.Equal((0, "", ""), Run("", Users, "alice"));
        Assert.Equal(["Password for alice: ", "Again: "], _questions);
        _typed.Enqueue("secret");
        _typed.Enqueue("secrets");
        string before = File.ReadAllText(Users);
        Assert.Equal((1, "", "larder passwd: that was another password; nothing is changed\n"), Run("", Users, "bob"));
        Assert.Equal(before, File.ReadAllText(Users));
    }

    [Fact]
    public void Password_that_is_none_is_refused()
    {
        Assert.Equal((1, "", "larder passwd: standard input is empty\n"), Run("", Users, "bob", "--stdin"));
        Assert.Equal((1, "", "larder passwd: a password has 1 to 512 bytes\n"), Run("\n", Users, "bob", "--stdin"));
        Assert.Equal(
            (1, "", "larder passwd: a password has no control characters\n"), Run("a\tb\n", Users, "bob", "--stdin"));
        _typed.Enqueue(null);
        Assert.Equal(
            (1, "", "larder passwd: standard input is no terminal: --stdin reads the password from it\n"),
            Run("", Users, "bob"));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void File_that_cannot_be_used_is_told_of()
    {
        Assert.Equal(
            (1, "", $"larder passwd: Could not open password file [{Users}]: No such file or directory\n"),
            Run("", Users, "--list"));
        Assert.Equal((1, "", $"larder passwd: there is no user bob in {Users}\n"), Run("", Users, "bob", "--delete"));
        File.WriteAllText(Users, "bob:plain\n");
        Assert.Equal(
            (1, "", $"larder passwd: Password file [{Users}] has plain passwords: write another one\n"),
            Run("x\n", Users, "bob", "--stdin"));
        Assert.Equal([Users], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("", "Required argument missing for command: 'passwd'.")]
    [InlineData("users", "who? larder passwd FILE USER")]
    [InlineData("users --delete", "who? larder passwd FILE USER")]
    [InlineData("users bob --list", "--list wants FILE alone")]
    [InlineData("users --delete --list", "--list wants FILE alone")]
    [InlineData("users bob --delete --stdin", "--delete wants no password")]
    [InlineData("users bob --iterations 4095", "--iterations must be 4096 to 1000000")]
    [InlineData("users bob --iterations 1000001", "--iterations must be 4096 to 1000000")]
    [InlineData("users b:b", "a user's name has no colon")]
    public void Arguments_that_make_no_sense_are_refused(string line, string message)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((64, "", $"larder passwd: {message}\n"), Run("", words));
    }

    [Fact]
    public void Help_has_examples_and_names_every_option()
    {
        (int exitCode, string output, string messages) = Run("", "--help");
        Assert.Equal(0, exitCode);
        Assert.Empty(messages);
        string[] words = ["FILE", "USER", "--stdin", "--delete", "--list", "--iterations", "Examples:"];
        Assert.All(words, word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    /// <summary>A terminal of script(1): what is typed is not shown, and the file is there.</summary>
    [Fact]
    public async Task Password_that_is_typed_is_not_shown()
    {
        const string Script = "/usr/bin/script";
        Assert.SkipUnless(File.Exists(Script), $"{Script} is not installed (apt-get install bsdutils)");
        await SourceTree.Built;
        Process process = Command.Start(
            Script, ["-qec", $"'{SourceTree.Launcher}' passwd '{Users}' alice --iterations 4096", "/dev/null"]);
        string shown = await ReadUntil(process.StandardOutput, "Password for alice: ");
        await process.StandardInput.WriteAsync("sesamx\u007fe\r");
        await process.StandardInput.FlushAsync();
        shown += await ReadUntil(process.StandardOutput, "Again: ");
        await process.StandardInput.WriteAsync("sesame\r");
        await process.StandardInput.FlushAsync();
        shown += await process.StandardOutput.ReadToEndAsync();
        Assert.Equal(new CommandResult(0, "", ""), await Command.Finish(process));
        Assert.DoesNotContain("sesam", shown, StringComparison.Ordinal);
        using var editor = PasswordEditor.Open(Users);
        Assert.Equal(["alice"], editor.Users);
    }

    private static async Task<string> ReadUntil(TextReader reader, string end)
    {
        var text = new StringBuilder();
        char[] letter = new char[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            Assert.True(await reader.ReadAsync(letter) == 1, $"it ended with: {text}");
            text.Append(letter);
        }

        return text.ToString();
    }

    private (int ExitCode, string Output, string Messages) Run(string input, params string[] args)
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter { NewLine = "\n" };
        using var messages = new StringWriter { NewLine = "\n" };
        int exitCode = PasswordCommand.Run("larder passwd", args, reader, output, messages, Ask);
        return (exitCode, output.ToString(), messages.ToString());

        string? Ask(string question)
        {
            _questions.Add(question);
            return _typed.Dequeue();
        }
    }
}
