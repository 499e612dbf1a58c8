using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Larder.Events.Tests.Support;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.ObjectStore;

/// <summary>
/// Aim: the object store as a process that serves over TLS, takes new certificates at SIGHUP, and hands the wish on to
/// its workers. Method: curl, and connections that look at the certificate which they get.
/// </summary>
public sealed class StoreTlsTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _files = new();

    private string[] Options =>
    [
        "--httpslisten=127.0.0.1:0", $"--tls-cert={_files.Server.Certificate}", $"--tls-key={_files.Server.Key}",
    ];

    public void Dispose()
    {
        _files.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Object_goes_there_and_back_by_curl_and_new_certificates_come_with_a_signal()
    {
        using StoreProcess store = await StoreProcess.Start(
            _folder, [.. Options, "--httpsgetlisten=127.0.0.1:0", "--drain=5"]);
        IPEndPoint https = store.Endpoints["https"];
        string content = _folder.Combine("content");
        await File.WriteAllBytesAsync(content, new byte[3_000_000]);
        Assert.Equal("201", await Curl(https, "-T", content));
        Assert.Equal("200", await Curl(store.Endpoints["httpsget"], "-o", _folder.Combine("back")));
        Assert.Equal(new byte[3_000_000], await File.ReadAllBytesAsync(_folder.Combine("back")));
        Assert.Equal("405", await Curl(store.Endpoints["httpsget"], "-T", content));
        using var plain = new HttpClient { BaseAddress = new($"http://{store.Http}/") };
        Assert.Equal(3_000_000, (await plain.GetByteArrayAsync("dev1/a.fid")).Length); // the same objects

        using SslStream old = await Connect(https);
        Assert.Equal("server", NameOf(old));
        File.Copy(_files.OtherServer.Certificate, _files.Server.Certificate, overwrite: true);
        await store.Signal("HUP");
        await store.Await("SIGHUP: certificates not reloaded, the old ones stay: Error loading the key: ");
        Assert.Equal("server", await NameAt(https));
        File.Copy(_files.OtherServer.Key, _files.Server.Key, overwrite: true);
        await store.Signal("HUP");
        await store.Await("SIGHUP: certificates reloaded");
        Assert.Equal("other", await NameAt(https));
        Assert.Equal("HTTP/1.1 200 OK", await Head(old)); // who was there goes on

        await store.Signal("TERM");
        Assert.Equal(0, await store.End());
    }

    [Fact]
    public async Task Workers_get_new_certificates_through_their_master()
    {
        using StoreProcess store = await StoreProcess.Start(_folder, [.. Options, "--worker-processes=1"]);
        IPEndPoint https = store.Endpoints["https"];
        string first = store.Lines.First(static line => line.Contains("worker 1", StringComparison.Ordinal));
        string worker = first.Split(' ')[^2];
        Assert.Equal("server", await NameAt(https));
        File.Copy(_files.OtherServer.Certificate, _files.Server.Certificate, overwrite: true);
        await store.Signal("HUP");
        string master = store.Id.ToString(CultureInfo.InvariantCulture);
        await store.Await($"cmogstored[{master}]: error: SIGHUP: certificates not reloaded");
        File.Copy(_files.OtherServer.Key, _files.Server.Key, overwrite: true);
        await store.Signal("HUP");
        await store.Await($"cmogstored[{worker}]: SIGHUP: certificates reloaded");
        Assert.DoesNotContain(
            store.Lines,
            line => line.StartsWith($"cmogstored[{worker}]: error", StringComparison.Ordinal));
        Assert.Equal("other", await NameAt(https));
    }

    [Fact]
    public async Task Client_without_a_certificate_is_refused_where_one_is_required()
    {
        using StoreProcess store = await StoreProcess.Start(
            _folder, [.. Options, $"--tls-ca={_files.AuthorityFile}", "--tls-verify=require", "--tls-min=1.3"]);
        IPEndPoint https = store.Endpoints["https"];
        Assert.Equal("000", await Curl(https, "-I"));
        Assert.Equal("000", await Curl(https, "-I", "--cert", _files.Unknown.Certificate, "--key", _files.Unknown.Key));
        Assert.Equal("404", await Curl(https, "-I", "--cert", _files.Client.Certificate, "--key", _files.Client.Key));
        Assert.Equal("000", await Curl(
            https, "-I", "--tls-max", "1.2", "--cert", _files.Client.Certificate, "--key", _files.Client.Key));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public async Task Certificate_that_is_not_there_ends_the_start(string workers)
    {
        await SourceTree.Built;
        Directory.CreateDirectory(_folder.Combine("root"));
        CommandResult result = await Command.Run(
            SourceTree.Launcher,
            [
                "objects", $"--docroot={_folder.Combine("root")}", "--httpslisten=127.0.0.1:0", "--tls-cert=/no/such",
                $"--worker-processes={workers}",
            ]);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.EndsWith(
            ": Error loading the certificate chain: /no/such : "
                + "error:80000002:system library::No such file or directory\n",
            result.Error,
            StringComparison.Ordinal);
    }

    /// <summary>Asks for an object; the status, 000 when there was none.</summary>
    private async Task<string> Curl(IPEndPoint endpoint, params string[] what)
    {
        CommandResult result = await Command.Run(
            "curl",
            [
                .. what, "-o", "/dev/null", "-sS", "--max-time", "60", "--cacert", _files.AuthorityFile,
                "-w", "%{http_code}", $"https://localhost:{endpoint.Port}/dev1/a.fid",
            ]);
        return result.Output[^3..];
    }

    private static async Task<SslStream> Connect(IPEndPoint endpoint)
    {
        var client = new TcpClient();
        using var deadline = new CancellationTokenSource(s_patience);
        await client.ConnectAsync(endpoint, deadline.Token);
        var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = SslProtocols.None,
                RemoteCertificateValidationCallback = static (_, found, _, _) => found is not null,
                AllowTlsResume = false,
            },
            deadline.Token);
        return secure;
    }

    private static async Task<string> NameAt(IPEndPoint endpoint)
    {
        await using SslStream secure = await Connect(endpoint);
        return NameOf(secure);
    }

    private static string NameOf(SslStream secure)
        => ((X509Certificate2)secure.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false);

    private static async Task<string?> Head(SslStream secure)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        await secure.WriteAsync("HEAD / HTTP/1.0\r\n\r\n"u8.ToArray(), deadline.Token);
        using var reader = new StreamReader(secure, leaveOpen: true);
        return await reader.ReadLineAsync(deadline.Token);
    }
}
