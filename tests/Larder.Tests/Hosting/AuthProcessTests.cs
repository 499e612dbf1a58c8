using System.Net;
using System.Net.Sockets;
using System.Text;
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
