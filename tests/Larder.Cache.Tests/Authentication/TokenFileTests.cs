using System.Text;
using Larder.Cache.Authentication;

namespace Larder.Cache.Tests.Authentication;

public sealed class TokenFileTests : IDisposable
{
    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("user:pass\nuser2:pass2\n", 2)]
    [InlineData("user:pass\r\nuser2:pass2\r\n", 2)]
    [InlineData("x:y\nuser:pass", 2)]
    [InlineData("user:wrong\nuser:pass\n", 2)]
    public void Lines_of_the_file_are_known(string text, int count)
    {
        var file = TokenFile.Load(_files.Write("tokens", text));
        Assert.Equal(count, file.Count);
        Assert.True(Knows(file, "user", "pass"));
        Assert.False(Knows(file, "user", "pas"));
        Assert.False(Knows(file, "user", "pass2"));
        Assert.False(Knows(file, "use", "rpass"));
        Assert.False(Knows(file, "", "userpass"));
        Assert.False(Knows(file, "user:pass", ""));
    }

    [Fact]
    public void Password_begins_behind_the_first_colon()
    {
        var file = TokenFile.Load(_files.Write("tokens", "user:pa:ss\n"));
        Assert.True(Knows(file, "user", "pa:ss"));
        Assert.False(Knows(file, "user:pa", "ss"));
    }

    [Fact]
    public void Every_line_of_a_full_file_is_known()
    {
        string text = string.Concat(Enumerable.Range(0, TokenFile.EntriesMax).Select(i => $"u{i}:p{i}\n"));
        var file = TokenFile.Load(_files.Write("tokens", text));
        Assert.All(Enumerable.Range(0, TokenFile.EntriesMax), i => Assert.True(Knows(file, $"u{i}", $"p{i}")));
        Assert.False(Knows(file, "u0", "p1"));
    }

    [Theory]
    [InlineData("", "is empty: nobody could enter")]
    [InlineData("\n", "has a malformed entry. Should be 'user:password' (line 1)")]
    [InlineData("user:pass\nuser\n", "has a malformed entry. Should be 'user:password' (line 2)")]
    public void File_that_is_not_good_says_why_in_memcacheds_words(string text, string message)
    {
        string path = _files.Write("tokens", text);
        var wrong = Assert.Throws<PasswordFileException>(() => TokenFile.Load(path));
        Assert.Equal($"Authfile [{path}] {message}", wrong.Message);
    }

    [Fact]
    public void Lines_and_their_number_have_limits()
    {
        string longest = "u:" + new string('x', TokenFile.LineLengthMax - 2);
        Assert.True(Knows(TokenFile.Load(_files.Write("tokens", longest + "\n")), "u", longest[2..]));
        string path = _files.Write("tokens", longest + "x\n");
        var tooLong = Assert.Throws<PasswordFileException>(() => TokenFile.Load(path));
        Assert.EndsWith("tokens] has a malformed entry. More than 255 bytes (line 1)", tooLong.Message);
        string many = string.Concat(Enumerable.Repeat("a:b\n", TokenFile.EntriesMax + 1));
        var tooMany = Assert.Throws<PasswordFileException>(() => TokenFile.Load(_files.Write("tokens", many)));
        Assert.EndsWith("tokens] has more than 1024 entries", tooMany.Message);
    }

    [Fact]
    public void File_that_is_missing_is_told_of_in_memcacheds_words()
    {
        string path = _files["none"];
        var missing = Assert.Throws<PasswordFileException>(() => TokenFile.Load(path));
        Assert.Equal(
            $"Could not open authfile [{path}] for reading, error No such file or directory", missing.Message);
    }

    [Fact]
    public void Reload_takes_what_is_good_and_keeps_the_old_otherwise()
    {
        var file = TokenFile.Load(_files.Write("tokens", "user:pass\n"));
        _files.Write("tokens", "");
        Assert.Equal($"Authfile [{file.Path}] is empty: nobody could enter", file.Reload());
        Assert.True(Knows(file, "user", "pass"));
        _files.Write("tokens", "new:word\n");
        Assert.Null(file.Reload());
        Assert.False(Knows(file, "user", "pass"));
        Assert.True(Knows(file, "new", "word"));
    }

    private static bool Knows(TokenFile file, string user, string password) =>
        file.Knows(Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(password));
}
