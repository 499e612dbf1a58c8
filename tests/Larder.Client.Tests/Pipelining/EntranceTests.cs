using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Larder.Cache.Authentication;
using Larder.Cache.Serving;
using Larder.Client.Tests.Support;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;

namespace Larder.Client.Tests.Pipelining;

/// <summary>Aim: TLS and passwords let in who has the right ones, and say why they do not let in others.</summary>
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

    [Theory]
    [InlineData(ClientProtocol.Meta)]
    [InlineData(ClientProtocol.Text)]
    public async Task Token_lets_in_and_a_wrong_one_does_not(ClientProtocol protocol)
    {
        string path = Path.Combine(Path.GetTempPath(), $"larder-tokens-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(path, "user:secret\n");
        try
        {
            using TestCache cache = new(options => options.Tokens = TokenFile.Load(path));
            await using CacheClient client = Clients.Of(cache.Address, options =>
            {
                options.Protocol = protocol;
                options.User = "user";
                options.Password = "secret";
            });
            Assert.Equal(CacheStatus.Done, (await client.SetAsync("key", new byte[1])).Status);
            await using CacheClient wrong = Clients.Of(cache.Address, options =>
            {
                options.Protocol = protocol;
                options.User = "user";
                options.Password = "wrong";
            });
            CacheResult refused = await wrong.TrySetAsync("key", new byte[1]);
            Assert.Equal(CacheStatus.ServerDown, refused.Status);
            Assert.Contains("login", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
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
