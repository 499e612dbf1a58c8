using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>What the executable itself logs; event ids 1 to 99.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "listening on {Endpoints}")]
    public static partial void Listening(ILogger logger, string endpoints);

    [LoggerMessage(2, LogLevel.Information, "{Cause}: stopping")]
    public static partial void Stopping(ILogger logger, string cause);

    [LoggerMessage(3, LogLevel.Information, "{Note}")]
    public static partial void Note(ILogger logger, string note);

    [LoggerMessage(4, LogLevel.Warning, "{Doubt}")]
    public static partial void Doubt(ILogger logger, string doubt);

    [LoggerMessage(5, LogLevel.Warning, "Could not open the {Kind} file {Path} for writing: {Reason}")]
    public static partial void FileNotWritten(ILogger logger, string kind, string path, string reason);

    [LoggerMessage(6, LogLevel.Information, "SIGHUP: nothing to reload")]
    public static partial void NothingToReload(ILogger logger);

    [LoggerMessage(7, LogLevel.Information, "stopped")]
    public static partial void Stopped(ILogger logger);
}
