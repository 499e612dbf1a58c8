using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>What the executable itself logs; event ids 1 to 39 of the executable.</summary>
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

    [LoggerMessage(8, LogLevel.Information, "SIGHUP: {What} reloaded")]
    public static partial void Reloaded(ILogger logger, string what);

    [LoggerMessage(9, LogLevel.Error, "SIGHUP: {What} not reloaded, the old ones stay: {Reason}")]
    public static partial void NotReloaded(ILogger logger, string what, string reason);

    [LoggerMessage(10, LogLevel.Warning, "The pid file contained the following (running) pid: {ProcessId}")]
    public static partial void PidFileInUse(ILogger logger, int processId);

    [LoggerMessage(11, LogLevel.Information, "{Cause}: draining {Connections} connections, for {Seconds} s at most")]
    public static partial void Draining(ILogger logger, string cause, int connections, long seconds);

    [LoggerMessage(12, LogLevel.Information, "SIGUSR2: starting {Program}")]
    public static partial void Upgrading(ILogger logger, string program);

    [LoggerMessage(13, LogLevel.Information, "SIGUSR2: process {ProcessId} has taken the listeners over")]
    public static partial void HandedOver(ILogger logger, int processId);

    [LoggerMessage(14, LogLevel.Error, "SIGUSR2: no new version has taken over, {Reason}; this one goes on")]
    public static partial void UpgradeFailed(ILogger logger, string reason);

    [LoggerMessage(15, LogLevel.Warning, "SIGUSR2: ignored, {Reason}")]
    public static partial void UpgradeRefused(ILogger logger, string reason);

    [LoggerMessage(16, LogLevel.Error, "{Program} cannot be started: {Reason}")]
    public static partial void SuccessorNotStarted(ILogger logger, string program, string reason);

    [LoggerMessage(17, LogLevel.Critical, "a front end hangs: the watchdog gets no sign of life")]
    public static partial void FrontEndHangs(ILogger logger);
}
