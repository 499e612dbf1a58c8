using System.Globalization;
using System.Net;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Larder.Events.Tests.Support;
using Xunit;

namespace Larder.Conformance.RealClients;

/// <summary>
/// Aim: other people's TLS talks to Larder's, and Larder says at the start what memcached says. Method: openssl's
/// s_client and Python's ssl against the program; the oracle's last words beside ours.
/// </summary>
public sealed class TlsClientTests
{
    private const string OpenSsl = "/usr/bin/openssl";
    private const string Python = "/usr/bin/python3";

    private static readonly TestCertificates s_files = TestCertificates.Shared;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static string Pair => $"ssl_chain_cert={s_files.Server.Certificate},ssl_key={s_files.Server.Key}";

    [Theory]
    [InlineData("frontends", "edge")]
    [InlineData("frontends", "level")]
    [InlineData("queue", "edge")]
    [InlineData("queue", "level")]
    public void Python_session_with_certificates_gets_what_it_stores(string driver, string trigger)
    {
        SkipUnlessInstalled(Python, "python3");
        using var server = LarderProcess.Start(
        [
            "-Z", "-o", $"{Pair},ssl_ca_cert={s_files.AuthorityFile},ssl_verify_mode=2",
            "-o", $"driver={driver},trigger={trigger}",
        ]);
        string script = Path.Combine(AppContext.BaseDirectory, "RealClients", "Scripts", "tls_session.py");
        (int exitCode, string output) = ChildProcess.Run(
            Python,
            [
                script, "127.0.0.1", PortOf(server), s_files.AuthorityFile, s_files.Client.Certificate,
                s_files.Client.Key,
            ],
            Deadline.After(s_limit));
        Assert.True(exitCode == 0, output);
        Assert.Equal("ok, 16 checks", output.Trim());
    }

    [Theory]
    [InlineData("-tls1_2", "")]
    [InlineData("-tls1_3", "")]
    [InlineData("-tls1_2", ",ssl_session_cache,ssl_kernel_tls,ssl_wbuf_size=4")]
    [InlineData("-tls1_3", ",ssl_session_cache,ssl_kernel_tls,ssl_wbuf_size=4")]
    public void Openssl_client_is_answered_and_its_session_taken_up(string version, string more)
    {
        using LarderProcess server = Start(more);
        using var folder = new TestCertificates();
        string session = folder.PathOf("session");
        const string Input = """printf 'set a 0 0 3\r\nabc\r\nget a\r\nquit\r\n'""";
        string first = Shell($"{Input} | {Client(server)} {version} -ign_eof -sess_out {session}");
        Assert.Contains("VALUE a 0 3", first, StringComparison.Ordinal);
        Assert.Contains("\nNew, TLSv1", first, StringComparison.Ordinal);
        string second = Shell($"{Input} | {Client(server)} {version} -ign_eof -sess_in {session}");
        Assert.Contains("VALUE a 0 3", second, StringComparison.Ordinal);
        Assert.Contains("\nReused, TLSv1", second, StringComparison.Ordinal);
    }

    [Fact]
    public void Session_without_a_ticket_is_remembered_when_asked_for()
    {
        using LarderProcess server = Start(",ssl_session_cache");
        using var folder = new TestCertificates();
        string session = folder.PathOf("session");
        string ask = $"printf 'quit\\r\\n' | {Client(server)} -tls1_2 -no_ticket -ign_eof";
        Assert.Contains("\nNew, TLSv1", Shell($"{ask} -sess_out {session}"), StringComparison.Ordinal);
        Assert.Contains("\nReused, TLSv1", Shell($"{ask} -sess_in {session}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Renegotiation_is_refused()
    {
        using LarderProcess server = Start("");
        // A line that is only R makes s_client ask for another handshake.
        string output = Shell($"printf 'R\\n' | {Client(server)} -tls1_2");
        Assert.Contains("RENEGOTIATING", output, StringComparison.Ordinal);
        Assert.Contains("no renegotiation", output, StringComparison.Ordinal);
        Assert.Contains("VERSION", Shell($"printf 'version\\r\\nquit\\r\\n' | {Client(server)} -quiet"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssl_chain_cert=nofile,ssl_key=nofile")]
    [InlineData("ssl_chain_cert=GOOD,ssl_key=nofile")]
    [InlineData("ssl_chain_cert=GOOD,ssl_key=KEY,ssl_ca_cert=nofile")]
    [InlineData("ssl_chain_cert=GOOD,ssl_key=KEY,ssl_ciphers=FOO")]
    [InlineData("ssl_chain_cert=GOOD,ssl_key=KEY,ssl_verify_mode=9")]
    [InlineData("ssl_chain_cert=GOOD,ssl_key=KEY,ssl_min_version=9")]
    public void Start_that_fails_ends_in_memcacheds_words(string options)
    {
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        options = options.Replace("GOOD", s_files.Server.Certificate, StringComparison.Ordinal)
            .Replace("KEY", s_files.Server.Key, StringComparison.Ordinal);
        string[] common = ["-u", "root", "-p", "0", "-Z", "-o", options];
        common[3] = "23999"; // never bound: both end before
        (int oracleCode, string oracle) = ChildProcess.Run("/usr/bin/memcached", common, Deadline.After(s_limit));
        (int code, string said) = ChildProcess.Run(
            LarderProcess.Program, ["cache", .. common], Deadline.After(s_limit));
        Assert.Equal(oracle.TrimEnd().Split('\n')[^1].TrimEnd('\r'), said.TrimEnd());
        Assert.Equal(oracleCode, code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Settings_show_what_memcached_shows(int verify)
    {
        SkipUnlessInstalled(OpenSsl, "openssl");
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        string[] options =
        [
            "-Z", "-o", $"{Pair},ssl_ca_cert={s_files.AuthorityFile},ssl_verify_mode={verify},ssl_wbuf_size=8",
            "-o", "ssl_session_cache,ssl_min_version=3,ssl_keyformat=1",
        ];
        using OracleServer oracle = OracleServer.Start(options);
        using LarderProcess server = LarderProcess.Start(options);
        Assert.Equal(Settings(oracle), Settings(server));
    }

    private static string[] Settings(TargetServer server)
    {
        string certificate = $"-cert {s_files.Client.Certificate} -key {s_files.Client.Key}";
        string output = Shell($"printf 'stats settings\\r\\nquit\\r\\n' | {Client(server)} -quiet {certificate}");
        string[] lines = [.. output.Split('\n').Where(static line => line.Contains(" ssl_", StringComparison.Ordinal))];
        Assert.Equal(11, lines.Length);
        return [.. lines.Select(static line => line.TrimEnd())];
    }

    private static LarderProcess Start(string more)
    {
        SkipUnlessInstalled(OpenSsl, "openssl");
        return LarderProcess.Start(["-Z", "-o", Pair + more]);
    }

    private static string Client(TargetServer server) =>
        $"{OpenSsl} s_client -connect 127.0.0.1:{PortOf(server)} -CAfile {s_files.AuthorityFile}";

    private static string Shell(string command) =>
        ChildProcess.Run("/bin/sh", ["-c", command], Deadline.After(s_limit)).Output;

    private static void SkipUnlessInstalled(string program, string packages) =>
        Assert.SkipUnless(File.Exists(program), $"{program} is missing: apt-get install {packages}");

    private static string PortOf(TargetServer server) =>
        ((IPEndPoint)server.EndPoint).Port.ToString(CultureInfo.InvariantCulture);
}
