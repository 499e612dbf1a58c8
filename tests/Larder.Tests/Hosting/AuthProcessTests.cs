using System.Net;
using System.Net.Sockets;
using System.Text;
using Larder.Cache.Authentication;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>Aim: the program asks for passwords, reads new ones at SIGHUP, and does not start without any.</summary>
public sealed class AuthProcessTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Hangup_signal_reads_the_tokens_again_and_lets_nobody_go()
    {
        using var files = new TemporaryFolder();
        string path = files.Combine("tokens").Replace("two words", "two-words", StringComparison.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "user:pass\n");
        using CacheProcess cache = await CacheProcess.Start($"-p -1 -l 127.0.0.1 -Y {path}");
        using TcpClient client = await Connect(cache);
        Assert.Equal("CLIENT_ERROR unauthenticated", await Ask(client, "version"));
        Assert.Equal("STORED", await Ask(client, "set a 0 0 9\r\nuser pass"));

        await File.WriteAllTextAsync(path, "");
        await cache.Signal("HUP");
        Assert.Equal(
            "larder: error: SIGHUP: tokens not reloaded, the old ones stay: "
            + $"Authfile [{path}] is empty: nobody could enter",
            await cache.NextLine());
        await File.WriteAllTextAsync(path, "new:word\n");
        await cache.Signal("HUP");
        Assert.Equal("larder: SIGHUP: tokens reloaded", await cache.NextLine());
        Assert.Equal("VERSION 1.6.45", await Ask(client, "version"));
        using TcpClient other = await Connect(cache);
        Assert.Equal("CLIENT_ERROR authentication failure", await Ask(other, "set a 0 0 9\r\nuser pass"));
        Assert.Equal("STORED", await Ask(other, "set a 0 0 8\r\nnew word"));
    }

    [Fact]
    public async Task Hangup_signal_reads_the_users_again_and_lets_nobody_go()
    {
        using var files = new TemporaryFolder();
        string path = Path.Combine(Path.GetDirectoryName(files.Path)!, "users");
        Users(path, "old");
        using CacheProcess cache = await CacheProcess.Start($"-p -1 -l 127.0.0.1 -S -o sasl_pwdb={path}");
        using TcpClient client = await Connect(cache);
        Assert.Equal(0x20, await Enter(client, "old"));
        Assert.Equal(0, await Enter(client, "secret-old"));

        await File.WriteAllTextAsync(path, "nobody\n");
        await cache.Signal("HUP");
        Assert.StartsWith(
            "larder: error: SIGHUP: passwords not reloaded, the old ones stay: ", await cache.NextLine(),
            StringComparison.Ordinal);
        using TcpClient other = await Connect(cache);
        Assert.Equal(0, await Enter(other, "secret-old"));

        File.Delete(path);
        Users(path, "new");
        await cache.Signal("HUP");
        Assert.Equal("larder: SIGHUP: passwords reloaded", await cache.NextLine());
        Assert.Equal(0, await Status(client, [0x80, 0x0b, .. new byte[22]])); // version: who has entered stays
        using TcpClient third = await Connect(cache);
        Assert.Equal(0x20, await Enter(third, "secret-old"));
        Assert.Equal(0, await Enter(third, "secret-new"));
    }

    [Fact]
    public async Task Addresses_with_a_protocol_each_ask_for_its_kind_of_password()
    {
        using var files = new TemporaryFolder();
        string folder = Path.GetDirectoryName(files.Path)!;
        Users(Path.Combine(folder, "users"), "word");
        await File.WriteAllTextAsync(Path.Combine(folder, "tokens"), "user:pass\n");
        using CacheProcess cache = await CacheProcess.Start(
            $"-p -1 -l proto[ascii]:127.0.0.1,proto[binary]:127.0.0.2 -Y {folder}/tokens -S "
            + $"-o sasl_pwdb={folder}/users");
        using var text = new TcpClient();
        await text.ConnectAsync(IPEndPoint.Parse(cache.Endpoints[0]));
        Assert.Equal("CLIENT_ERROR unauthenticated", await Ask(text, "version"));
        Assert.Equal("STORED", await Ask(text, "set a 0 0 9\r\nuser pass"));
        Assert.Equal("VERSION 1.6.45", await Ask(text, "version"));
        using var binary = new TcpClient();
        await binary.ConnectAsync(IPEndPoint.Parse(cache.Endpoints[1]));
        Assert.Equal(0x20, await Enter(binary, "pass"));
        Assert.Equal(0, await Enter(binary, "secret-word"));
    }

    [Theory]
    [InlineData("-Y nofile", 1, "Could not open authfile [nofile] for reading, error No such file or directory\n")]
    [InlineData("-S -o sasl_pwdb=nofile", 1, "Could not open password file [nofile]: No such file or directory\n")]
    [InlineData("-S -B ascii", 64, "ERROR: You cannot allow the ASCII protocol while using SASL.\n")]
    public async Task Start_without_passwords_is_refused(string line, int code, string text)
    {
        await SourceTree.Built;
        CommandResult result = await Command.Run(SourceTree.Launcher, ["cache", "-p", "-1", .. line.Split(' ')]);
        Assert.Equal(new CommandResult(code, "", text), result);
    }

    [Fact]
    public async Task File_that_the_user_of_u_cannot_read_is_told_of()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become another user");
        string folder = Directory.CreateTempSubdirectory("larder-").FullName;
        try
        {
            string path = Path.Combine(folder, "tokens");
            await File.WriteAllTextAsync(path, "user:pass\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead);
            using CacheProcess cache = await CacheProcess.Start($"-p -1 -l 127.0.0.1 -u nobody -Y {path}");
            Assert.Equal(
                $"larder: warning: user nobody cannot read {path}: SIGHUP and SIGUSR2 will fail",
                Assert.Single(cache.FirstLines));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Users(string path, string word)
    {
        using var editor = PasswordEditor.Open(path);
        editor.Set("user", $"secret-{word}", PasswordFile.IterationsMin);
        editor.Save();
    }

    /// <summary>SASL PLAIN; the status of the answer (0x20: not let in).</summary>
    private static Task<int> Enter(TcpClient client, string password)
    {
        byte[] body = [.. "PLAIN"u8, 0, .. "user"u8, 0, .. Encoding.ASCII.GetBytes(password)];
        byte[] head = new byte[24];
        (head[0], head[1], head[3], head[11]) = (0x80, 0x21, 5, (byte)body.Length);
        return Status(client, [.. head, .. body]);
    }

    /// <summary>Sends a frame; the status of its answer, which is read whole.</summary>
    private static async Task<int> Status(TcpClient client, byte[] frame)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(frame, deadline.Token);
        byte[] head = new byte[24];
        await stream.ReadExactlyAsync(head, deadline.Token);
        await stream.ReadExactlyAsync(new byte[head[11]], deadline.Token);
        return head[7];
    }

    private static async Task<TcpClient> Connect(CacheProcess cache)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(cache.Endpoints[0]));
        return client;
    }

    private static async Task<string?> Ask(TcpClient client, string line)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n"), deadline.Token);
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadLineAsync(deadline.Token);
    }
}
