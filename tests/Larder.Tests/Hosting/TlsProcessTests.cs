using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Larder.Events.Tests.Support;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>Aim: the program starts with TLS, refuses what cannot be loaded, and takes new files at SIGHUP.</summary>
public sealed class TlsProcessTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Hangup_signal_loads_the_certificates_again()
    {
        using var files = new TestCertificates();
        using CacheProcess cache = await CacheProcess.Start(
            $"-p -1 -l 127.0.0.1,notls:127.0.0.1:0 -Z -o ssl_chain_cert={files.Server.Certificate},"
            + $"ssl_key={files.Server.Key}");
        Assert.Equal(2, cache.Endpoints.Count);
        Assert.StartsWith("VERSION ", await cache.Ask("version"), StringComparison.Ordinal); // the plain one
        Assert.Equal("server", await NameAt(cache.Endpoints[1]));

        File.Copy(files.OtherServer.Certificate, files.Server.Certificate, overwrite: true);
        await cache.Signal("HUP");
        Assert.StartsWith(
            "larder: error: SIGHUP: certificates not reloaded, the old ones stay: Error loading the key: ",
            await cache.NextLine(), StringComparison.Ordinal);
        Assert.Equal("server", await NameAt(cache.Endpoints[1]));

        File.Copy(files.OtherServer.Key, files.Server.Key, overwrite: true);
        await cache.Signal("HUP");
        Assert.Equal("larder: SIGHUP: certificates reloaded", await cache.NextLine());
        Assert.Equal("other", await NameAt(cache.Endpoints[1]));
    }

    [Fact]
    public async Task Key_that_the_user_of_u_cannot_read_is_told_of_and_one_that_it_can_serves_a_new_version()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become another user");
        using var files = new TestCertificates();
        const UnixFileMode Open = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        string folder = Path.GetDirectoryName(files.Server.Key)!;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | Open);
        const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(files.Server.Key, Secret);
        using CacheProcess cache = await CacheProcess.Start(
            $"-p -1 -l 127.0.0.1 -u nobody -Z -o ssl_chain_cert={files.Server.Certificate},ssl_key={files.Server.Key}");
        Assert.Equal(
            $"larder: warning: user nobody cannot read {files.Server.Key}: SIGHUP, refresh_certs and SIGUSR2 will fail",
            Assert.Single(cache.FirstLines));
        await cache.Signal("HUP");
        Assert.Equal(
            "larder: error: SIGHUP: certificates not reloaded, the old ones stay: Error loading the key: "
            + $"{files.Server.Key} : error:8000000D:system library::Permission denied",
            await cache.NextLine());

        File.SetUnixFileMode(files.Server.Key, Secret | UnixFileMode.OtherRead);
        await cache.Signal("HUP");
        Assert.Equal("larder: SIGHUP: certificates reloaded", await cache.NextLine());
        Assert.Equal("server", await NameAt(cache.Endpoints[0]));
        await cache.Signal("USR2");
        await cache.AwaitHeir();
        Assert.Equal(0, await cache.End());
        Assert.Equal("server", await NameAt(cache.Endpoints[0]));
    }

    [Fact]
    public async Task Certificate_that_is_not_there_ends_the_start()
    {
        await SourceTree.Built;
        CommandResult result = await Command.Run(
            SourceTree.Launcher, ["cache", "-p", "-1", "-Z", "-o", "ssl_chain_cert=nofile,ssl_key=nofile"]);

        Assert.Equal(
            new CommandResult(64, "", "Error loading the certificate chain: nofile : "
                + "error:80000002:system library::No such file or directory\n"),
            result);
    }

    private static async Task<string> NameAt(string endpoint)
    {
        string[] parts = endpoint.Split(':');
        using var client = new TcpClient(parts[0], int.Parse(parts[1]));
        await using var secure = new SslStream(client.GetStream());
        using var deadline = new CancellationTokenSource(s_patience);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = static (_, found, _, _) => found is not null,
                AllowTlsResume = false,
            },
            deadline.Token);
        await secure.WriteAsync(Encoding.ASCII.GetBytes("version\r\n"), deadline.Token);
        using var reader = new StreamReader(secure);
        Assert.StartsWith("VERSION ", await reader.ReadLineAsync(deadline.Token), StringComparison.Ordinal);
        return ((X509Certificate2)secure.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false);
    }
}
