using System.Net;
using Larder.Events.Tests.Support;
using Larder.Events.Tls;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>Objects over TLS: the same, past the kernel's sendfile.</summary>
public sealed class TlsObjectTests : IDisposable
{
    private readonly TlsServer _tls = TlsServer.Load(new TlsServerOptions
    {
        CertificateFile = TestCertificates.Shared.Server.Certificate,
        KeyFile = TestCertificates.Shared.Server.Key,
    });

    private readonly TestStore _store;

    public TlsObjectTests() => _store = new TestStore(root => new ObjectServerOptions
    {
        Root = root,
        HttpsEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        HttpsGetEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        Tls = _tls,
    });

    public void Dispose()
    {
        _store.Dispose();
        _tls.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(31 * 1024 + 1)]
    [InlineData(5_000_000)]
    public void Object_comes_back_as_it_was_stored(int length)
    {
        using var client = new RawClient(_store.EndPoint, usesTls: true);
        byte[] content = Bytes(length);
        Assert.Equal(201, client.Put("/dev1/a", content).Status);
        Assert.Equal(content, client.Get("/dev1/a").Body);
        Assert.Equal(content, client.Get("/dev1/a").Body);
        int status = client.Get("/dev1/a", "Range: bytes=0-0, 500-600\r\n").Status;
        Assert.Equal(length == 0 ? 416 : 206, status);
        client.Send("PUT /dev1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
        Assert.Equal(201, client.Read().Status);
    }

    [Fact]
    public void Slow_reader_gets_all_of_it_while_others_are_served()
    {
        byte[] content = Bytes(20_000_000);
        File.WriteAllBytes(_store.PathOf("dev1/a"), content);
        using var slow = new RawClient(_store.EndPoint, receiveBuffer: 4096, usesTls: true);
        slow.Send("GET /dev1/a HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
        Assert.Equal(200, slow.Read(isHead: true).Status);
        for (int i = 0; i < 20; i++)
        {
            using var fast = new RawClient(_store.Server.Endpoints[1], usesTls: true);
            Assert.Equal(1000, fast.Get("/dev1/a", "Range: bytes=0-999\r\n").Body.Length);
            Assert.Equal(content[(i * 1_000_000)..((i + 1) * 1_000_000)], slow.ReadExactly(1_000_000));
        }
        Assert.Equal(200, slow.Read().Status);
    }

    [Fact]
    public void Listener_for_readers_stores_nothing()
    {
        using var client = new RawClient(_store.Server.Endpoints[1], usesTls: true);
        Assert.Equal(405, client.Put("/dev1/a", "x"u8).Status);
        Assert.Empty(_store.Files());
    }

    [Fact]
    public void Client_without_tls_gets_nothing()
    {
        using RawClient client = _store.Connect();
        client.Send("GET / HTTP/1.1\r\n\r\n");
        client.SendEnd();
        client.ReadToEnd();
        Until.True(() => _store.Server.Driver.CurrentConnections == 0, "it is closed");
        using var other = new RawClient(_store.EndPoint, usesTls: true);
        Assert.Equal(200, other.Get("/").Status);
    }

    [Fact]
    public void Tls_without_certificates_does_not_start()
    {
        Assert.Throws<ArgumentException>(() => ObjectServer.Start(new ObjectServerOptions
        {
            Root = _store.Root,
            HttpsEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        }));
    }

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
