using Microsoft.Extensions.Logging;

namespace Larder.Objects.Load;

/// <summary>What the disks' load tells an operator; event ids 3310 to 3319.</summary>
internal static partial class LoadLog
{
    [LoggerMessage(3310, LogLevel.Warning, "'{Command}' ended with {ExitCode}; run again after {PauseMs} ms")]
    public static partial void ProgramFailed(ILogger logger, string command, int exitCode, int pauseMs);

    [LoggerMessage(3311, LogLevel.Error, "'{Command}' cannot be run: {Reason}; tried again after {PauseMs} ms")]
    public static partial void ProgramNotStarted(ILogger logger, string command, string reason, int pauseMs);
}
