using Microsoft.Extensions.Logging;

namespace Larder.Cache.Commands;

/// <summary>What commands tell an operator; event ids 2000 to 2099. Nothing is logged for each request.</summary>
internal static partial class CacheLog
{
    [LoggerMessage(2000, LogLevel.Information, "refresh_certs: certificates reloaded")]
    public static partial void CertificatesReloaded(ILogger logger);

    [LoggerMessage(2001, LogLevel.Error, "refresh_certs: certificates not reloaded, the old ones stay: {Reason}")]
    public static partial void CertificatesKept(ILogger logger, string reason);
}
