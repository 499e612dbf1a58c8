using System.Net;
using Larder.Bench;
using Larder.Cache.Serving;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;
using Xunit;

namespace Larder.Tests.Bench;

/// <summary>Aim: the generator speaks TLS, opens connections anew, and takes up sessions when it is to.</summary>
public sealed class TlsRunTests : IDisposable
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    private readonly TlsServer _tls = TlsServer.Load(new TlsServerOptions
    {
        CertificateFile = s_files.Server.Certificate,
        KeyFile = s_files.Server.Key,
        AuthorityFile = s_files.AuthorityFile,
        Verify = TlsVerify.Require,
    });

    private readonly CacheServer _server;

    public TlsRunTests()
    {
        var options = new CacheServerOptions { Threads = 1, Tls = _tls };
        options.TcpEndpoints.Clear();
        options.TlsEndpoints.Add(new(new IPEndPoint(IPAddress.Loopback, 0)));
        _server = CacheServer.Start(options);
    }

    public void Dispose()
    {
        _server.Dispose();
        _tls.Dispose();
    }

    [Fact]
    public void Values_over_tls_are_those_that_were_stored()
    {
        (int code, string said) = Run("--depth 4 --value-size 0-20000 --verify all --expect-hits");
        Assert.True(code == 0, said);
        Assert.Equal(0, _tls.Counters.Resumptions);
        Assert.InRange(_tls.Counters.Handshakes, 1, 100);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("--tls-resume", true)]
    public void Connection_opened_anew_for_each_request_costs_a_handshake(string arguments, bool resumes)
    {
        // Long enough for the bounds below on a machine that is busy with other things.
        (int code, string said) = Run($"--reconnect 1 --no-fill {arguments}", duration: "1500ms");
        Assert.True(code == 0, said);
        Assert.InRange(_tls.Counters.Handshakes, 20, long.MaxValue);
        Assert.InRange(_tls.Counters.Resumptions, resumes ? _tls.Counters.Handshakes / 2 : 0,
            resumes ? _tls.Counters.Handshakes : 0);
        // Those that the end of the run met in the middle, and the question for statistics, which has no certificate.
        Assert.InRange(_tls.Counters.HandshakeErrors, 0, 20);
    }

    [Fact]
    public void Keys_are_stored_over_the_first_connections()
    {
        (int code, string said) = Run("--reconnect 1", keys: 3_000, duration: "50ms");
        Assert.True(code == 0, said);
        Assert.InRange(_tls.Counters.Handshakes, 5, 2_900);
    }

    [Theory]
    [InlineData("--ca x", "--ca, --cert, --key and --tls-resume need --tls")]
    [InlineData("--tls --cert nofile", "Error loading the certificate chain: nofile : ")]
    [InlineData("--reconnect 1 --rate 10", "--reconnect needs a closed loop, without --rate")]
    public void Options_that_make_no_sense_are_refused(string arguments, string expected)
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        int code = BenchCommand.Run(
            "larder bench", ["--target", _server.Endpoints[0].ToString()!, .. arguments.Split(' ')], output, messages);
        Assert.NotEqual(0, code);
        Assert.Contains(expected, messages.ToString(), StringComparison.Ordinal);
    }

    private (int Code, string Said) Run(string arguments, int keys = 200, string duration = "300ms")
    {
        using var output = new StringWriter();
        using var messages = new StringWriter();
        string[] words =
        [
            "--target", _server.Endpoints[0].ToString()!, "--tls", "--ca", s_files.AuthorityFile,
            "--cert", s_files.Client.Certificate, "--key", s_files.Client.Key, "--connections", "5",
            "--keys", keys.ToString(), "--rounds", "1", "--duration", duration, "--warmup", "0", "--mix", "50:50",
            .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
        int code = BenchCommand.Run("larder bench", words, output, messages);
        return (code, $"{output}{messages}");
    }
}
