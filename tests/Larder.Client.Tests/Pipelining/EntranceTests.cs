using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Larder.Cache.Serving;
using Larder.Client.Tests.Support;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;

namespace Larder.Client.Tests.Pipelining;

/// <summary>Aim: TLS lets in who has the right certificate, and says why it does not let in others.</summary>
public sealed class EntranceTests
{
    private static readonly TestCertificates s_files = TestCertificates.Shared;

    [Fact]
    public async Task Values_travel_over_tls_and_a_stranger_is_not_believed()
    {
        using TlsServer tls = TlsServer.Load(new TlsServerOptions
        {
            CertificateFile = s_files.Server.Certificate,
            KeyFile = s_files.Server.Key,
        });
        using TestCache cache = new(options =>
        {
            options.TcpEndpoints.Clear();
            options.Tls = tls;
            options.TlsEndpoints.Add(new(new IPEndPoint(IPAddress.Loopback, 0)));
        });
        await using CacheClient client =
            Clients.Of(cache.Address, static options => options.Tls = Trusting(s_files.AuthorityFile));
        byte[] value = new byte[300_000];
        new Random(1).NextBytes(value);
        await client.SetAsync("key", value);
        using CacheValue found = await client.GetAsync("key");
        Assert.True(found.Span.SequenceEqual(value));

        await using CacheClient wary =
            Clients.Of(cache.Address, static options => options.Tls = Trusting(s_files.StrangerFile));
        CacheResult refused = (await wary.TryGetAsync("key")).Result;
        Assert.Equal(CacheStatus.ServerDown, refused.Status);
        Assert.NotNull(refused.Message);
    }

    private static Func<string, SslClientAuthenticationOptions> Trusting(string authorityFile)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authorityFile));
        return _ => new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy };
    }
}
