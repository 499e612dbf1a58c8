using Larder.Protocol.Mogile;
using Microsoft.Extensions.Logging;

namespace Larder.Objects.SideChannel;

/// <summary>What the side-channel tells an operator; event ids 3320 to 3329.</summary>
internal static partial class SideLog
{
    // Spelled as cmogstored spells it.
    [LoggerMessage(3320, LogLevel.Warning, "mgmt request too large (from {Peer})")]
    public static partial void LineTooLong(ILogger logger, string peer);

    [LoggerMessage(3321, LogLevel.Error,
        "{Path} has other bytes than were stored, and its time of change says that nobody has changed them")]
    public static partial void Damaged(ILogger logger, string path);

    [LoggerMessage(3322, LogLevel.Information, "{Peer} asks for {Count} threads")]
    public static partial void Threads(ILogger logger, string peer, int count);

    [LoggerMessage(3323, LogLevel.Information, "{Peer} asks for a graceful stop")]
    public static partial void StopAsked(ILogger logger, string peer);

    [LoggerMessage(3324, LogLevel.Information, "{Peer} asks the scrubber to {What} on {Device}")]
    public static partial void ScrubAsked(ILogger logger, string peer, SideScrub what, string device);
}
