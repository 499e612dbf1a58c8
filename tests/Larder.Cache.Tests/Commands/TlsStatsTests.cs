using System.Net;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;

namespace Larder.Cache.Tests.Commands;

/// <summary>Aim: memcached's lines about TLS, in their places, and refresh_certs; asked on a plain listener.</summary>
public sealed class TlsStatsTests : IDisposable
{
    private readonly TestCertificates _files = new();
    private readonly TlsServer _tls;
    private readonly AdministrationBench _bench;

    public TlsStatsTests()
    {
        _tls = TlsServer.Load(new TlsServerOptions
        {
            CertificateFile = _files.Server.Certificate,
            KeyFile = _files.Server.Key,
            Verify = TlsVerify.Require,
            AuthorityFile = _files.AuthorityFile,
            RemembersSessions = true,
        });
        _bench = new AdministrationBench(options =>
        {
            options.Tls = _tls;
            options.TlsEndpoints.Add(new(new IPEndPoint(IPAddress.Loopback, 0)));
        });
    }

    public void Dispose()
    {
        _bench.Dispose();
        _tls.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Stats_tell_of_handshakes_behind_the_watchers()
    {
        string[] names = [.. _bench.Stats("stats").Select(static stat => stat.Key)];
        int at = Array.IndexOf(names, "log_watchers");
        Assert.Equal(
            [
                "ssl_new_sessions", "ssl_handshake_errors", "ssl_proto_errors", "time_since_server_cert_refresh",
                "unexpected_napi_ids",
            ],
            names[(at + 1)..(at + 6)]);
    }

    [Fact]
    public void Settings_tell_what_was_asked_for()
    {
        var lines = _bench.Stats("stats settings").ToList();
        int at = lines.FindIndex(static line => line.Key == "ssl_enabled");
        Assert.Equal("inline_ascii_response", lines[at - 1].Key);
        Assert.Equal(
            [
                new("ssl_enabled", "yes"),
                new("ssl_chain_cert", _files.Server.Certificate),
                new("ssl_key", _files.Server.Key),
                new("ssl_verify_mode", "3"),
                new("ssl_keyformat", "1"),
                new("ssl_ciphers", "NULL"),
                new("ssl_ca_cert", _files.AuthorityFile),
                new("ssl_wbuf_size", "16384"),
                new("ssl_session_cache", "yes"),
                new("ssl_kernel_tls", "no"),
                new("ssl_min_version", "tlsv1.2"),
            ],
            lines.GetRange(at, 11));
        Assert.Equal("num_napi_ids", lines[at + 11].Key);
    }

    [Fact]
    public void Larder_statistics_count_handshakes()
    {
        Assert.Equal("0", _bench.Stat("stats larder", "tls_handshakes"));
        Assert.Equal("0", _bench.Stat("stats larder", "tls_handshakes_unfinished"));
        Assert.Equal("0", _bench.Stat("stats larder", "tls_kernel_connections"));
    }

    [Fact]
    public void Certificates_are_loaded_again_or_the_answer_says_why_not()
    {
        Assert.Equal("OK", _bench.Ask("refresh_certs"));
        File.WriteAllText(_files.Server.Key, "nothing");
        Assert.StartsWith($"Error loading the key: {_files.Server.Key} : error:", _bench.Ask("refresh_certs"),
            StringComparison.Ordinal);
        Assert.StartsWith("VERSION", _bench.Ask("version"), StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoints_for_tls_need_certificates()
    {
        Assert.Throws<ArgumentException>(() => new AdministrationBench(static options =>
            options.TlsEndpoints.Add(new(new IPEndPoint(IPAddress.Loopback, 0)))));
    }
}
