using Larder.Cache.Authentication;
using Larder.Cache.Serving;
using Larder.Events.Tests.Support;
using Larder.Hosting;
using Larder.Options;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Options;

/// <summary>-S, -Y and -o auth_*, sasl_pwdb: what they ask for, and the files behind them.</summary>
public sealed class AuthSettingsTests
{
    [Fact]
    public void Limits_are_read_into_the_options()
    {
        CacheSettings settings = Accept(
            "-S -o sasl_pwdb=/x,auth_timeout=5,auth_commands=7,auth_bytes=300 -o auth_threads=3,auth_queue=9");
        Assert.True(settings.Auth.IsSaslEnabled);
        Assert.Equal("/x", settings.Auth.PasswordPath);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Server.AuthenticationTimeout);
        Assert.Equal(7, settings.Server.AuthenticationCommandsMax);
        Assert.Equal(300, settings.Server.AuthenticationBytesMax);
        Assert.Equal(3, settings.Server.HashThreads);
        Assert.Equal(9, settings.Server.HashQueueMax);
        Assert.Equal(TimeSpan.Zero, Accept("-o auth_timeout=0").Server.AuthenticationTimeout);
    }

    [Theory]
    [InlineData("", CacheProtocol.Auto)]
    [InlineData("-S", CacheProtocol.Binary)]
    [InlineData("-S -B binary", CacheProtocol.Binary)]
    [InlineData("-Y /x", CacheProtocol.Ascii)]
    [InlineData("-B ascii --auth-file=/x", CacheProtocol.Ascii)]
    [InlineData("-Y /x -S", CacheProtocol.Auto)]
    [InlineData("-Y /x -S -l proto[ascii]:127.0.0.1,proto[binary]:127.0.0.2", CacheProtocol.Auto)]
    [InlineData("-Y /x -l proto[ascii]:127.0.0.1", CacheProtocol.Ascii)]
    [InlineData("-S -l proto[binary]:127.0.0.1", CacheProtocol.Binary)]
    [InlineData("-Y /x --enable-sasl -B binary", CacheProtocol.Binary)]
    public void Protocol_is_one_that_needs_authentication(string line, CacheProtocol protocol) =>
        Assert.Equal(protocol, Accept(line).Server.Protocol);

    [Theory]
    [InlineData("-S -B ascii", "ERROR: You cannot allow the ASCII protocol while using SASL.", 64)]
    [InlineData("-B auto -S", "ERROR: You cannot allow the ASCII protocol while using SASL.", 64)]
    [InlineData(
        "-Y /x -B binary", "ERROR: You cannot allow the BINARY protocol while using ascii authentication tokens.", 64)]
    [InlineData(
        "-Y /x -B auto", "ERROR: You cannot allow the BINARY protocol while using ascii authentication tokens.", 64)]
    [InlineData("-S -l proto[ascii]:::1", "ERROR: You cannot allow the ASCII protocol while using SASL.", 64)]
    [InlineData(
        "-S -l 127.0.0.1,proto[negotiating]:::1", "ERROR: You cannot allow the ASCII protocol while using SASL.", 64)]
    [InlineData("-Y /x -l proto[binary]:127.0.0.1",
        "ERROR: You cannot allow the BINARY protocol while using ascii authentication tokens.", 64)]
    [InlineData("-Y /x -l proto[negotiating]:127.0.0.1",
        "ERROR: You cannot allow the BINARY protocol while using ascii authentication tokens.", 64)]
    [InlineData("-Y /x -U 11211", "Cannot use UDP with ascii authentication enabled (-U 0 to disable)", 64)]
    [InlineData("-S -U -1", "Cannot use UDP with SASL enabled (-U 0 to disable)", 64)]
    [InlineData("-o sasl_pwdb", "Missing sasl_pwdb argument", 1)]
    [InlineData("-o sasl_pwdb=", "Missing sasl_pwdb argument", 1)]
    [InlineData("-o auth_timeout=x", "auth_timeout needs a number, 0 to 86400", 1)]
    [InlineData("-o auth_timeout", "auth_timeout needs a number, 0 to 86400", 1)]
    [InlineData("-o auth_commands=0", "auth_commands needs a number, 1 to 1000000", 1)]
    [InlineData("-o auth_bytes=255", "auth_bytes needs a number, 256 to 16384", 1)]
    [InlineData("-o auth_bytes=16385", "auth_bytes needs a number, 256 to 16384", 1)]
    [InlineData("-o auth_threads=1025", "auth_threads needs a number, 1 to 1024", 1)]
    [InlineData("-o auth_queue=1x", "auth_queue needs a number, 1 to 1000000", 1)]
    [InlineData("-o auth_what=1", "Illegal suboption \"auth_what=1\"", 1)]
    public void Bad_value_is_refused_in_one_message_with_its_exit_code(string line, string text, int code) =>
        Assert.Equal(new OptionExit(text, code), Parse(line).Exit);

    [Fact]
    public void Files_are_loaded_and_plain_ones_warned_of()
    {
        using var folder = new TemporaryFolder();
        string tokens = folder.Combine("tokens");
        File.WriteAllText(tokens, "user:pass\n");
        CacheSettings settings = Accept(["-S", "-Y", tokens, "-o", $"sasl_pwdb={tokens}"]);
        Assert.Null(EntryFiles.Load(settings, static _ => "not asked"));
        Assert.Equal(1, settings.Server.Tokens!.Count);
        Assert.Equal(1, settings.Server.Passwords!.Count);
        Assert.Equal([$"{tokens} has plain passwords; larder passwd writes hashed ones"], settings.Warnings);

        var log = new KeptLog();
        var hooks = new ReloadHooks(log);
        EntryFiles.AddTo(hooks, settings.Server);
        File.WriteAllText(tokens, "user\n");
        hooks.Run();
        Assert.Equal(
        [
            "SIGHUP: tokens not reloaded, the old ones stay: "
                + $"Authfile [{tokens}] has a malformed entry. Should be 'user:password' (line 1)",
            "SIGHUP: passwords not reloaded, the old ones stay: "
                + $"Password file [{tokens}], line 1: user:password is wanted",
        ], log.Lines.Select(static line => line.Text));
    }

    [Fact]
    public void Environment_names_the_users_as_for_memcached()
    {
        using var folder = new TemporaryFolder();
        using (var editor = PasswordEditor.Open(folder.Combine("users")))
        {
            editor.Set("alice", "secret", PasswordFile.IterationsMin);
            editor.Save();
        }

        CacheSettings settings = Accept("-S");
        Assert.Null(EntryFiles.Load(
            settings, name => name == "MEMCACHED_SASL_PWDB" ? folder.Combine("users") : null));
        Assert.Equal(["alice"], settings.Server.Passwords!.Users);
        Assert.Empty(settings.Warnings);
        Assert.Null(settings.Server.Tokens);

        CacheSettings open = Accept("");
        Assert.Null(EntryFiles.Load(open, _ => folder.Combine("users")));
        Assert.Null(open.Server.Passwords);
    }

    [Theory]
    [InlineData("-S", 64, "-S needs a file of users: -o sasl_pwdb=FILE, or MEMCACHED_SASL_PWDB in the environment; "
        + "larder passwd writes one")]
    [InlineData("-S -o sasl_pwdb=nofile", 1, "Could not open password file [nofile]: No such file or directory")]
    [InlineData("-Y nofile", 1, "Could not open authfile [nofile] for reading, error No such file or directory")]
    public void File_that_is_not_there_ends_the_start(string line, int code, string text) =>
        Assert.Equal(new OptionExit(text, code), EntryFiles.Load(Accept(line), static _ => null));

    private static CacheSettings Accept(string line) => Accept(Words(line));

    private static CacheSettings Accept(string[] words)
    {
        CacheParse parse = CacheArguments.Parse("larder cache", words);
        Assert.Null(parse.Exit);
        return parse.Settings!;
    }

    private static CacheParse Parse(string line) => CacheArguments.Parse("larder cache", Words(line));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
