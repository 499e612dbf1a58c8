using System.Text;
using Larder.Cache.Authentication;

namespace Larder.Cache.Tests.Authentication;

/// <summary>Aim: files of users are written whole, read back, and refused in words that say what is wrong.</summary>
public sealed class PasswordFileTests : IDisposable
{
    private const string Head = "larder-passwd 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    private const string Salt = "AAAAAAAAAAAAAAAAAAAAAA==";
    private const string Short = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static readonly string s_long = Convert.ToBase64String(new byte[64]);

    private readonly UserFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Written_users_are_known_by_their_passwords()
    {
        var file = PasswordFile.Load(_files.Hashed(("alice", "in wonderland"), ("b\u00f6b", "p\u00e4ss")));
        Assert.Equal(["alice", "b\u00f6b"], file.Users);
        Assert.Equal(2, file.Count);
        Assert.False(file.IsPlain);
        Assert.True(Knows(file, "alice", "in wonderland"));
        Assert.True(Knows(file, "b\u00f6b", "p\u00e4ss"));
        Assert.False(Knows(file, "alice", "p\u00e4ss"));
        Assert.False(Knows(file, "nobody", "in wonderland"));
    }

    [Fact]
    public void Written_file_shows_no_password_and_belongs_to_its_owner()
    {
        string path = _files.Hashed(("alice", "in wonderland"));
        string text = File.ReadAllText(path);
        Assert.StartsWith("larder-passwd 1 ", text);
        Assert.DoesNotContain("wonderland", text);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Changing_one_user_keeps_the_others_to_the_letter()
    {
        string path = _files.Hashed(("alice", "one"), ("bob", "two"), ("carol", "three"));
        string[] before = File.ReadAllLines(path);
        using (var editor = PasswordEditor.Open(path))
        {
            Assert.Equal(["alice", "bob", "carol"], editor.Users);
            Assert.True(editor.Remove("alice"));
            Assert.False(editor.Remove("nobody"));
            editor.Set("carol", "four", PasswordFile.IterationsMin);
            editor.Save();
        }
        string[] after = File.ReadAllLines(path);
        Assert.Equal(before[0], after[0]);
        Assert.Equal(before[2], after[1]);
        var file = PasswordFile.Load(path);
        Assert.Equal(["bob", "carol"], file.Users);
        Assert.True(Knows(file, "carol", "four"));
    }

    [Fact]
    public void Same_password_has_another_salt_each_time()
    {
        string[] lines = File.ReadAllLines(_files.Hashed(("alice", "same"), ("bob", "same")));
        Assert.NotEqual(lines[1].Split(':')[2], lines[2].Split(':')[2]);
    }

    [Fact]
    public void Editor_that_does_not_save_leaves_nothing_behind()
    {
        using (var editor = PasswordEditor.Open(_files["users"]))
        {
            editor.Set("alice", "x");
        }
        Assert.False(File.Exists(_files["users"]));
        Assert.False(File.Exists(_files["users"] + PasswordEditor.NewSuffix));
    }

    [Fact]
    public void Second_editor_is_kept_away_until_the_first_is_done()
    {
        using (var first = PasswordEditor.Open(_files["users"]))
        {
            var busy = Assert.Throws<PasswordFileException>(() => PasswordEditor.Open(_files["users"]));
            Assert.EndsWith("users.new] is there: somebody else writes, or was killed while writing", busy.Message);
            first.Set("alice", "x", PasswordFile.IterationsMin);
            first.Save();
        }
        using var second = PasswordEditor.Open(_files["users"]);
        Assert.Equal(["alice"], second.Users);
    }

    [Fact]
    public void Editor_takes_an_empty_file_but_none_with_plain_passwords()
    {
        using (var editor = PasswordEditor.Open(_files.Write("empty", "")))
        {
            Assert.Empty(editor.Users);
        }
        var plain = Assert.Throws<PasswordFileException>(() => PasswordEditor.Open(_files.Write("plain", "a:b\n")));
        Assert.EndsWith("plain] has plain passwords: write another one", plain.Message);
        var wrong = Assert.Throws<PasswordFileException>(() => PasswordEditor.Open(_files.Write("wrong", "ab\n")));
        Assert.EndsWith("wrong], line 1: user:password is wanted", wrong.Message);
        Assert.Equal(3, Directory.GetFiles(Path.GetDirectoryName(_files["plain"])!).Length);
    }

    [Fact]
    public void Editor_says_where_it_cannot_write()
    {
        var noFolder = Assert.Throws<PasswordFileException>(() => PasswordEditor.Open(_files["no/users"]));
        Assert.StartsWith($"Could not write [{_files["no/users"]}.new]: ", noFolder.Message);
        Directory.CreateDirectory(_files["folder"]);
        var folder = Assert.Throws<PasswordFileException>(() => PasswordEditor.Open(_files["folder"]));
        Assert.Equal($"Could not open password file [{_files["folder"]}]: Is a directory", folder.Message);
        using var editor = PasswordEditor.Open(_files["users"]);
        Directory.CreateDirectory(_files["users"]);
        editor.Set("alice", "x", PasswordFile.IterationsMin);
        var replaced = Assert.Throws<PasswordFileException>(editor.Save);
        Assert.StartsWith($"Could not write password file [{_files["users"]}]: ", replaced.Message);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("a:b", "x")]
    [InlineData("a\nb", "x")]
    [InlineData("alice", "")]
    [InlineData("alice", "x\u007f")]
    [InlineData("alice", "x", 4095)]
    [InlineData("alice", "x", 1_000_001)]
    public void Editor_refuses_what_could_not_be_read_back(string user, string password, int iterations = 4096)
    {
        using var editor = PasswordEditor.Open(_files["users"]);
        Assert.ThrowsAny<ArgumentException>(() => editor.Set(user, password, iterations));
    }

    [Theory]
    [InlineData(255, 512, true)]
    [InlineData(256, 512, false)]
    [InlineData(255, 513, false)]
    public void Names_and_passwords_have_limits_in_bytes(int user, int password, bool isGood) => Assert.Equal(
        isGood,
        PasswordRules.CheckUser(new string('u', user)) is null
            && PasswordRules.CheckPassword(new string('\u00e4', password / 2) + new string('p', password % 2)) is null);

    [Theory]
    [InlineData("alice:in wonderland\nbob secret\n", "in wonderland", "secret")]
    [InlineData("alice:a:b c\r\nbob:secret", "a:b c", "secret")]
    public void Plain_passwords_of_memcached_are_hashed_when_read(string text, string alice, string bob)
    {
        var file = PasswordFile.Load(_files.Write("plain", text));
        Assert.True(file.IsPlain);
        Assert.True(Knows(file, "alice", alice));
        Assert.True(Knows(file, "bob", bob));
        Assert.False(Knows(file, "alice", bob));
    }

    [Theory]
    [InlineData("", "] is empty: nobody could enter")]
    [InlineData(Head, "] is empty: nobody could enter")]
    [InlineData("alice\n", "], line 1: user:password is wanted")]
    [InlineData("a:b\nalice:\n", "], line 2: user:password is wanted")]
    [InlineData("a:b\n\n", "], line 2: user:password is wanted")]
    [InlineData(":secret\n", "], line 1: a user's name has 1 to 255 bytes")]
    [InlineData("a\tb:secret\n", "], line 1: a user's name has no control characters")]
    [InlineData("a:b\na:c\n", "], line 2: a is there twice")]
    [InlineData("\u00ff:secret\n", "], line 1: it is not UTF-8")]
    [InlineData("larder-passwd 2 x\n", "], line 1: this release reads version 1 of password files")]
    [InlineData("larder-passwd 1\n", "], line 1: this release reads version 1 of password files")]
    [InlineData("larder-passwd 1 AAAA\n", "], line 1: \"AAAA\" is not 32 bytes in base64")]
    [InlineData(Head + "alice\n", "], line 2: 7 fields between colons are wanted")]
    [InlineData(Head + "a:4095:s:a:b:c:d\n", "], line 2: iterations must be 4096 to 1000000")]
    [InlineData(Head + "a:1000001:s:a:b:c:d\n", "], line 2: iterations must be 4096 to 1000000")]
    [InlineData(Head + "a:x:s:a:b:c:d\n", "], line 2: iterations must be 4096 to 1000000")]
    [InlineData(Head + "a:4096:s:a:b:c:d\n", "], line 2: \"s\" is not 16 bytes in base64")]
    [InlineData(Head + "a:4096:" + Salt + ":a:b:c:d\n", "], line 2: \"a\" is not 32 bytes in base64")]
    [InlineData(Head + "a:4096:" + Salt + ":" + Short + ":b:c:d\n", "], line 2: \"b\" is not 32 bytes in base64")]
    [InlineData(
        Head + "a:4096:" + Salt + ":" + Short + ":" + Short + ":c:d\n", "], line 2: \"c\" is not 64 bytes in base64")]
    public void File_that_is_not_good_says_why(string text, string message)
    {
        string path = _files.Write("users", text);
        var wrong = Assert.Throws<PasswordFileException>(() => PasswordFile.Load(path));
        Assert.Equal($"Password file [{path}{message}", wrong.Message);
    }

    [Fact]
    public void User_that_is_there_twice_is_refused_in_hashes_too()
    {
        string line = $"a:4096:{Salt}:{Short}:{Short}:{s_long}:{s_long}\n";
        Assert.Equal(["a"], PasswordFile.Load(_files.Write("one", Head + line)).Users);
        string path = _files.Write("two", Head + line + line);
        var wrong = Assert.Throws<PasswordFileException>(() => PasswordFile.Load(path));
        Assert.EndsWith("two], line 3: a is there twice", wrong.Message);
    }

    [Fact]
    public void Plain_file_of_too_many_users_is_refused()
    {
        var text = new StringBuilder();
        for (int i = 0; i <= PasswordText.PlainEntriesMax; i++) text.Append($"user{i}:x\n");
        string path = _files.Write("many", text.ToString());
        var wrong = Assert.Throws<PasswordFileException>(() => PasswordFile.Load(path));
        Assert.EndsWith("many], line 1001: a file with plain passwords may have 1000 users", wrong.Message);
    }

    [Fact]
    public void File_that_cannot_be_read_says_why()
    {
        string path = _files["none"];
        var missing = Assert.Throws<PasswordFileException>(() => PasswordFile.Load(path));
        Assert.Equal($"Could not open password file [{path}]: No such file or directory", missing.Message);
        Assert.Throws<PasswordFileException>(() => PasswordFile.Load(_files["none/none"]));
        Assert.Throws<PasswordFileException>(() => PasswordFile.Load("a\0b"));
        Directory.CreateDirectory(path);
        var folder = Assert.Throws<PasswordFileException>(() => PasswordFile.Load(path));
        Assert.Equal($"Could not open password file [{path}]: Is a directory", folder.Message);
        Assert.Null(FileText.Read(_files.Write("long", "12345"), 4, out string reason));
        Assert.Equal("it has more than 4 bytes", reason);
        Assert.Equal(5, FileText.Read(_files["long"], 5, out _)!.Length);
    }

    [Fact]
    public void Reload_takes_what_is_good_and_keeps_the_old_otherwise()
    {
        string path = _files.Hashed(("alice", "one"));
        var file = PasswordFile.Load(path);
        _files.Write("users", "bob\n");
        Assert.Equal($"Password file [{path}], line 1: user:password is wanted", file.Reload());
        Assert.True(Knows(file, "alice", "one"));
        _files.Write("users", "bob:two\n");
        Assert.Null(file.Reload());
        Assert.True(file.IsPlain);
        Assert.True(Knows(file, "bob", "two"));
        Assert.False(Knows(file, "alice", "one"));
    }

    private static bool Knows(PasswordFile file, string user, string password) =>
        file.Table.Find(Encoding.UTF8.GetBytes(user)).IsPassword(Encoding.UTF8.GetBytes(password));
}
