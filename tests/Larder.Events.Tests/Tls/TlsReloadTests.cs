using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;

namespace Larder.Events.Tests.Tls;

/// <summary>Aim: files change under a running server, and sessions belong only where they were made.</summary>
public sealed class TlsReloadTests : IDisposable
{
    private readonly TestCertificates _files = new();
    private readonly TlsServer _tls;
    private readonly LineServer _server;

    public TlsReloadTests()
    {
        _tls = TlsServer.Load(
            new TlsServerOptions
            {
                CertificateFile = _files.Server.Certificate,
                KeyFile = _files.Server.Key,
                AuthorityFile = _files.AuthorityFile,
            });
        _server = new LineServer(
            new DriverOptions { Threads = 2 }, tls: [new(_tls), new(_tls, TlsVerify.Require)]);
    }

    public void Dispose()
    {
        _server.Dispose();
        _tls.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void New_files_serve_new_connections_and_old_ones_go_on()
    {
        using var old = new TlsLineClient(_server.TlsEndPoint());
        Assert.Equal("server", old.ServerName);
        Exchange(_files.OtherServer);
        Assert.Null(_tls.Reload());
        using var next = new TlsLineClient(_server.TlsEndPoint());
        Assert.Equal("other", next.ServerName);
        Assert.Equal(("a", "b"), (old.Ask("echo a"), next.Ask("echo b")));
        Assert.InRange(_tls.SinceLoaded, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Broken_files_keep_the_old_ones()
    {
        string good = File.ReadAllText(_files.Server.Certificate);
        foreach ((Action breaks, string says) in new (Action, string)[]
        {
            (() => File.WriteAllText(_files.Server.Certificate, "nothing"), "Error loading the certificate chain: "),
            (() => File.Delete(_files.Server.Certificate), "Error loading the certificate chain: "),
            (() => File.Copy(_files.OtherServer.Certificate, _files.Server.Certificate), "Error loading the key: "),
        })
        {
            breaks();
            Assert.StartsWith(says, _tls.Reload(), StringComparison.Ordinal);
            using var client = new TlsLineClient(_server.TlsEndPoint());
            Assert.Equal(("server", "x"), (client.ServerName, client.Ask("echo x")));
        }
        File.WriteAllText(_files.Server.Certificate, good);
        File.WriteAllText(_files.AuthorityFile, "nothing");
        Assert.StartsWith("Error loading the CA certificate: ", _tls.Reload(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_go_on_across_a_reload()
    {
        using var caller = new TlsCaller(new TlsClientOptions { Resumes = true });
        Assert.Equal("a", caller.Ask(_server.TlsEndPoint(), "echo a"));
        Exchange(_files.OtherServer);
        Assert.Null(_tls.Reload());
        Assert.Equal("b", caller.Ask(_server.TlsEndPoint(), "echo b"));
        Assert.Equal(1, _tls.Counters.Resumptions);
    }

    [Fact]
    public void Sessions_end_when_the_authorities_change()
    {
        using var caller = new TlsCaller(new TlsClientOptions { Resumes = true });
        Assert.Equal("a", caller.Ask(_server.TlsEndPoint(), "echo a"));
        File.Copy(_files.StrangerFile, _files.AuthorityFile, overwrite: true);
        Assert.Null(_tls.Reload());
        Assert.Equal("b", caller.Ask(_server.TlsEndPoint(), "echo b"));
        Assert.Equal((2, 0), (_tls.Counters.Handshakes, _tls.Counters.Resumptions));
    }

    [Fact]
    public void Session_without_a_certificate_does_not_open_a_listener_that_requires_one()
    {
        using var caller = new TlsCaller(new TlsClientOptions { Resumes = true });
        Assert.Equal("a", caller.Ask(_server.TlsEndPoint(), "echo a"));
        Assert.Null(caller.Ask(_server.TlsEndPoint(1), "echo b"));
        Assert.Equal((1, 0), (_tls.Counters.Handshakes, _tls.Counters.Resumptions));
        using var known = new TlsCaller(new TlsClientOptions
        {
            CertificateFile = _files.Client.Certificate,
            KeyFile = _files.Client.Key,
            Resumes = true,
        });
        Assert.Equal("c", known.Ask(_server.TlsEndPoint(1), "echo c"));
        Assert.Equal("d", known.Ask(_server.TlsEndPoint(1), "echo d"));
        Assert.Equal(1, _tls.Counters.Resumptions);
    }

    [Fact]
    public void Options_that_cannot_be_loaded_say_why()
    {
        Assert.StartsWith("Error loading the certificate chain: nofile : error:80000002:system library::No such file",
            Refused(new() { CertificateFile = "nofile" }), StringComparison.Ordinal);
        Assert.StartsWith("Error loading the key: nofile : error:80000002:",
            Refused(new() { CertificateFile = _files.Server.Certificate, KeyFile = "nofile" }),
            StringComparison.Ordinal);
        Assert.StartsWith("Error loading the key: ",
            Refused(new() { CertificateFile = _files.Server.Certificate }), StringComparison.Ordinal);
        Assert.StartsWith("Error loading the CA certificate: nofile : ",
            Refused(Good(authority: "nofile")), StringComparison.Ordinal);
        foreach (string ciphers in (string[])["FOO", "TLS_FOO", ":"])
        {
            Assert.Equal($"Error setting the provided cipher(s): {ciphers}", Refused(Good(ciphers: ciphers)));
        }
    }

    [Fact]
    public void Options_that_can_be_loaded_are_taken()
    {
        string both = _files.PathOf("both.pem");
        string[] parts = [File.ReadAllText(_files.Server.Certificate), File.ReadAllText(_files.Server.Key)];
        File.WriteAllText(both, string.Join('\n', parts));
        using TlsServer joined = TlsServer.Load(new() { CertificateFile = both });
        using TlsServer der = TlsServer.Load(new()
        {
            CertificateFile = _files.Server.Certificate,
            KeyFile = _files.Server.KeyDer,
            KeyFormat = TlsKeyFormat.Der,
        });
        using TlsServer ciphers = TlsServer.Load(
            Good(ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256"));
        Assert.Null(joined.Reload() ?? der.Reload() ?? ciphers.Reload());
    }

    private TlsServerOptions Good(string? authority = null, string? ciphers = null) => new()
    {
        CertificateFile = _files.Server.Certificate,
        KeyFile = _files.Server.Key,
        AuthorityFile = authority,
        Ciphers = ciphers,
    };

    private static string Refused(TlsServerOptions options)
        => Assert.Throws<TlsException>(() => TlsServer.Load(options)).Message;

    private void Exchange(CertificateFiles other)
    {
        File.Copy(other.Certificate, _files.Server.Certificate, overwrite: true);
        File.Copy(other.Key, _files.Server.Key, overwrite: true);
    }
}
