using Larder.Events.Tls;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>The lines about TLS in <c>stats</c>, <c>stats settings</c> and <c>stats larder</c>.</summary>
internal static class TlsStats
{
    private const string Unset = "NULL";

    /// <summary>memcached's lines of <c>stats</c>.</summary>
    public static void WriteGeneral(TlsServer tls, StatWriter writer)
    {
        TlsCounters counters = tls.Counters;
        if (tls.Options.RemembersSessions)
        {
            writer.Write("ssl_new_sessions", counters.Handshakes - counters.Resumptions);
        }
        writer.Write("ssl_handshake_errors", counters.HandshakeErrors);
        writer.Write("ssl_proto_errors", counters.ProtocolErrors);
        writer.Write("time_since_server_cert_refresh", (long)tls.SinceLoaded.TotalSeconds);
    }

    /// <summary>memcached's lines of <c>stats settings</c>.</summary>
    public static void WriteSettings(TlsServer tls, StatWriter writer)
    {
        TlsServerOptions options = tls.Options;
        writer.Write("ssl_enabled", true);
        writer.Write("ssl_chain_cert", options.CertificateFile);
        writer.Write("ssl_key", options.KeyFile ?? Unset);
        writer.Write("ssl_verify_mode", VerifyFlags(options.Verify));
        writer.Write("ssl_keyformat", (int)options.KeyFormat);
        writer.Write("ssl_ciphers", options.Ciphers ?? Unset);
        writer.Write("ssl_ca_cert", options.AuthorityFile ?? Unset);
        writer.Write("ssl_wbuf_size", options.RecordBytes);
        writer.Write("ssl_session_cache", options.RemembersSessions);
        writer.Write("ssl_kernel_tls", options.UsesKernel);
        writer.Write("ssl_min_version", options.MinVersion switch
        {
            TlsVersion.Tls10 => "tlsv1.0",
            TlsVersion.Tls11 => "tlsv1.1",
            TlsVersion.Tls12 => "tlsv1.2",
            _ => "tlsv1.3",
        });
    }

    /// <summary>What memcached has no names for.</summary>
    public static void WriteOurs(TlsServer tls, StatWriter writer)
    {
        TlsCounters counters = tls.Counters;
        writer.Write("tls_handshakes", counters.Handshakes);
        writer.Write("tls_resumptions", counters.Resumptions);
        writer.Write("tls_handshakes_unfinished", tls.UnfinishedHandshakes);
        writer.Write("tls_handshakes_refused", counters.HandshakesRefused);
        writer.Write("tls_truncations", counters.Truncations);
        writer.Write("tls_kernel_connections", counters.KernelConnections);
    }

    /// <summary>memcached shows OpenSSL's flags, not the number that the option was given.</summary>
    private static int VerifyFlags(TlsVerify verify) => verify switch
    {
        TlsVerify.None => 0,
        TlsVerify.Request => 1,
        TlsVerify.Require => 3,
        _ => 7,
    };
}
