using Microsoft.Extensions.Logging;

namespace Larder.Events;

/// <summary>
/// What the event core tells an operator; event ids 1000 to 1099. Nothing is logged for each request.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Error,
        "connection on descriptor {Descriptor} closed: {Count} events in a row without progress")]
    public static partial void RunawayConnection(ILogger logger, int descriptor, int count);

    [LoggerMessage(1001, LogLevel.Warning,
        "accepting pauses: {Reason}; clients wait in the listen queue until descriptors are free again")]
    public static partial void AcceptPaused(ILogger logger, Native.Errno reason);

    [LoggerMessage(1002, LogLevel.Warning, "accepting goes on after {PausedMs} ms")]
    public static partial void AcceptResumed(ILogger logger, long pausedMs);

    [LoggerMessage(1003, LogLevel.Critical, "listener {Address} cannot accept any more: {Reason}")]
    public static partial void ListenerFailed(ILogger logger, string address, Native.Errno reason);

    [LoggerMessage(1004, LogLevel.Error, "accept on {Address} failed: {Reason}; trying again")]
    public static partial void AcceptFailed(ILogger logger, string address, Native.Errno reason);

    [LoggerMessage(1005, LogLevel.Error, "a new connection cannot be watched: {Reason}; it is closed")]
    public static partial void RegistrationFailed(ILogger logger, Native.Errno reason);

    [LoggerMessage(1006, LogLevel.Warning, "{Count} connections were cut at the end of the stop's deadline")]
    public static partial void StopCutConnections(ILogger logger, int count);

    [LoggerMessage(1008, LogLevel.Warning, "expired {Count} idle connections (>{Seconds} sec)")]
    public static partial void IdleExpired(ILogger logger, int count, int seconds);

    [LoggerMessage(1007, LogLevel.Information, "TLS {What} with {Peer} failed: {Reason}")]
    public static partial void TlsFailed(ILogger logger, string what, string peer, string reason);
}
