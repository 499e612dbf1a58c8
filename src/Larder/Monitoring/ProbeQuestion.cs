namespace Larder.Monitoring;

/// <summary>What a probe asks.</summary>
internal enum ProbeQuestion
{
    /// <summary><c>version</c>, which everything answers that speaks the text protocol, proxies too.</summary>
    Version,

    /// <summary><c>mn</c>, the meta protocol's no-operation (memcached 1.6).</summary>
    Mn,
}
