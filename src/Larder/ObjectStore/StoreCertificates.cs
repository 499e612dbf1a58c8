using Larder.Events.Tls;

namespace Larder.ObjectStore;

/// <summary>The certificates of all roots that serve over TLS, by the place of their root.</summary>
internal sealed class StoreCertificates : IDisposable
{
    private readonly TlsServer?[] _servers;

    private StoreCertificates(TlsServer?[] servers) => _servers = servers;

    /// <summary>Whether anything is served over TLS.</summary>
    public bool Any => _servers.Any(static each => each is not null);

    /// <summary>What a root serves with; null without TLS.</summary>
    public TlsServer? this[int service] => _servers[service];

    /// <summary>Reads the files.</summary>
    /// <exception cref="TlsException">There is no OpenSSL, or a file is not good.</exception>
    public static StoreCertificates Load(IReadOnlyList<ServiceSettings> services)
    {
        var certificates = new StoreCertificates(new TlsServer?[services.Count]);
        try
        {
            for (int i = 0; i < services.Count; i++)
            {
                if (services[i] is { ServesTls: true, Tls: { } options })
                    certificates._servers[i] = TlsServer.Load(options);
            }
        }
        catch (TlsException)
        {
            certificates.Dispose();
            throw;
        }

        return certificates;
    }

    /// <summary>Reads the files again; null, or what is wrong with the first that is not good.</summary>
    public string? Reload()
    {
        string?[] reasons = Array.ConvertAll(_servers, static each => each?.Reload());
        return Array.Find(reasons, static each => each is not null);
    }

    public void Dispose()
    {
        foreach (TlsServer? server in _servers) server?.Dispose();
    }
}
