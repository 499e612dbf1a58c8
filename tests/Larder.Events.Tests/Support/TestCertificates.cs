using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Larder.Events.Tests.Support;

/// <summary>Certificates made for one run of the tests, as files in a folder that goes with it.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly Lazy<TestCertificates> s_shared = new(() => new TestCertificates());

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("larder-tls-");

    public TestCertificates()
    {
        using X509Certificate2 authority = MakeAuthority("Authority");
        using X509Certificate2 stranger = MakeAuthority("Stranger");
        AuthorityFile = WritePem("authority.pem", authority);
        StrangerFile = WritePem("stranger.pem", stranger);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Server = Write("server", authority, now.AddDays(-1), now.AddDays(1));
        OtherServer = Write("other", authority, now.AddDays(-1), now.AddDays(1));
        Client = Write("client", authority, now.AddDays(-1), now.AddDays(1));
        Expired = Write("expired", authority, now.AddDays(-3), now.AddDays(-2));
        Unknown = Write("unknown", stranger, now.AddDays(-1), now.AddDays(1));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public static TestCertificates Shared => s_shared.Value;

    public string AuthorityFile { get; }

    public string StrangerFile { get; }

    public CertificateFiles Server { get; }

    public CertificateFiles OtherServer { get; }

    public CertificateFiles Client { get; }

    public CertificateFiles Expired { get; }

    public CertificateFiles Unknown { get; }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
            _folder.Refresh();
        }
    }

    private static X509Certificate2 MakeAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-10), now.AddDays(10));
    }

    private CertificateFiles Write(string name, X509Certificate2 authority, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using X509Certificate2 signed = request.Create(authority, from, until, Guid.NewGuid().ToByteArray());
        string keyFile = PathOf($"{name}.key");
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes(PathOf($"{name}.der"), key.ExportECPrivateKey());
        return new(WritePem($"{name}.pem", signed), keyFile, PathOf($"{name}.der"));
    }

    private string WritePem(string name, X509Certificate2 certificate)
    {
        string path = PathOf(name);
        File.WriteAllText(path, certificate.ExportCertificatePem());
        return path;
    }
}
