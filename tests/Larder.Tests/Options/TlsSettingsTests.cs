using Larder.Events.Tls;
using Larder.Options;
using Xunit;

namespace Larder.Tests.Options;

/// <summary>-Z and -o ssl_*: memcached's words and exit codes.</summary>
public sealed class TlsSettingsTests
{
    [Theory]
    [InlineData("-o ssl_chain_cert", "Missing ssl_chain_cert argument", 1)]
    [InlineData("-o ssl_key", "Missing ssl_key argument", 1)]
    [InlineData("-o ssl_ciphers", "Missing ssl_ciphers argument", 1)]
    [InlineData("-o ssl_ca_cert", "Missing ssl_ca_cert argument", 1)]
    [InlineData("-o ssl_verify_mode", "Missing ssl_verify_mode argument", 1)]
    [InlineData("-o ssl_keyformat", "Missing ssl_keyformat argument", 1)]
    [InlineData("-o ssl_wbuf_size", "Missing ssl_wbuf_size argument", 1)]
    [InlineData("-o ssl_min_version", "Missing ssl_min_version argument", 1)]
    [InlineData("-o ssl_verify_mode=x", "could not parse argument to ssl_verify_mode", 1)]
    [InlineData("-o ssl_keyformat=PEM", "could not parse argument to ssl_keyformat", 1)]
    [InlineData("-o ssl_wbuf_size=16k", "could not parse argument to ssl_wbuf_size", 1)]
    [InlineData("-o ssl_wbuf_size=99999999999", "could not parse argument to ssl_wbuf_size", 1)]
    [InlineData("-o ssl_min_version=tlsv1.2", "could not parse argument to ssl_min_version", 1)]
    [InlineData("-o ssl_verify_mode=4", "Invalid ssl_verify_mode. Use help to see valid options.", 1)]
    [InlineData("-o ssl_min_version=-1", "Invalid ssl_min_version. Use help to see valid options.", 1)]
    [InlineData("-o ssl_keyformat=3", "Invalid ssl_keyformat. Use help to see valid options.", 1)]
    [InlineData("-o ssl_wbuf_size=0", "Invalid ssl_wbuf_size. Use help to see valid options.", 1)]
    [InlineData("-o ssl_more", "Illegal suboption \"ssl_more\"", 1)]
    [InlineData("-Z", "-Z needs -o ssl_chain_cert=FILE,ssl_key=FILE", 64)]
    [InlineData("-Z -p 0 -s /x -o ssl_chain_cert=x", "ERROR: You cannot enable SSL without a TCP port.", 64)]
    [InlineData("-l btls:127.0.0.1", "'btls' and 'mtls' options are valid only when SSL is enabled (-Z)", 1)]
    [InlineData("-l mtls:127.0.0.1", "'btls' and 'mtls' options are valid only when SSL is enabled (-Z)", 1)]
    public void Bad_value_is_refused_in_memcacheds_words(string line, string text, int code) =>
        Assert.Equal(new OptionExit(text, code), Parse(line).Exit);

    [Fact]
    public void Options_without_values_are_memcacheds_defaults()
    {
        TlsServerOptions options = Parse("-Z -o ssl_chain_cert=a").Settings!.Tls.ToOptions();

        Assert.Equal(("a", null, null, null),
            (options.CertificateFile, options.KeyFile, options.AuthorityFile, options.Ciphers));
        Assert.Equal((TlsKeyFormat.Pem, TlsVerify.None, TlsVersion.Tls12),
            (options.KeyFormat, options.Verify, options.MinVersion));
        Assert.Equal((16384, false, false), (options.RecordBytes, options.RemembersSessions, options.UsesKernel));
    }

    [Fact]
    public void Options_with_values_are_taken()
    {
        TlsServerOptions options = Parse(
            "--enable-ssl -o ssl_chain_cert=a,ssl_key=b,ssl_keyformat=2,ssl_ca_cert=c,ssl_verify_mode=3 "
            + "-o ssl_ciphers=D:E,ssl_min_version=3,ssl_wbuf_size=4,ssl_session_cache,ssl_kernel_tls")
            .Settings!.Tls.ToOptions();

        Assert.Equal(("a", "b", "c", "D:E"),
            (options.CertificateFile, options.KeyFile, options.AuthorityFile, options.Ciphers));
        Assert.Equal((TlsKeyFormat.Der, TlsVerify.Once, TlsVersion.Tls13),
            (options.KeyFormat, options.Verify, options.MinVersion));
        Assert.Equal((4096, true, true), (options.RecordBytes, options.RemembersSessions, options.UsesKernel));
    }

    private static CacheParse Parse(string line) => CacheArguments.Parse("larder cache", line.Split(' '));
}
