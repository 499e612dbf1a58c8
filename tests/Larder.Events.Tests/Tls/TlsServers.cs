using Larder.Events.Tests.Support;
using Larder.Events.Tls;
using Microsoft.Extensions.Logging;

namespace Larder.Events.Tests.Tls;

/// <summary>The TLS sides of servers under test.</summary>
internal static class TlsServers
{
    private static TestCertificates Files => TestCertificates.Shared;

    public static TlsServer Make(TlsVerify verify = TlsVerify.None, bool usesKernel = false,
        int timeoutMs = LineClient.DeadlineMs, int handshakesMax = 1024, ILogger? log = null,
        TlsVersion oldest = TlsVersion.Tls12, bool remembers = false)
    {
        TlsServer made = TlsServer.Load(new TlsServerOptions
        {
            CertificateFile = Files.Server.Certificate,
            KeyFile = Files.Server.Key,
            AuthorityFile = Files.AuthorityFile,
            Verify = verify,
            UsesKernel = usesKernel,
            HandshakeTimeoutMs = timeoutMs,
            HandshakesMax = handshakesMax,
            MinVersion = oldest,
            RemembersSessions = remembers,
        });
        made.Logger = log ?? made.Logger;
        return made;
    }
}
