using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>
/// What only the object store's process logs (see <see cref="Hosting.HostLog"/>); event ids 40 to 69 of the executable.
/// </summary>
internal static partial class StoreLog
{
    [LoggerMessage(40, LogLevel.Information, "inherited {Endpoint} on fd={Descriptor}")]
    public static partial void Inherited(ILogger logger, string endpoint, int descriptor);

    [LoggerMessage(41, LogLevel.Information, "closing unused inherited fd={Descriptor}")]
    public static partial void UnusedInherited(ILogger logger, int descriptor);

    [LoggerMessage(44, LogLevel.Information, "{Cause}: stopping, requests may take {Seconds} s")]
    public static partial void Stopping(ILogger logger, string cause, long seconds);

    [LoggerMessage(45, LogLevel.Information, "{Cause}: stopping at once")]
    public static partial void StoppingFast(ILogger logger, string cause);

    [LoggerMessage(47, LogLevel.Information, "upgrade: starting {Program}")]
    public static partial void Upgrading(ILogger logger, string program);

    [LoggerMessage(48, LogLevel.Information, "upgrade: process {ProcessId} serves, too; QUIT ends this one")]
    public static partial void UpgradeServes(ILogger logger, int processId);

    [LoggerMessage(49, LogLevel.Error, "upgrade: {Reason}; this process goes on")]
    public static partial void UpgradeFailed(ILogger logger, string reason);

    [LoggerMessage(50, LogLevel.Warning, "upgrade: ignored, {Reason}")]
    public static partial void UpgradeRefused(ILogger logger, string reason);

    [LoggerMessage(51, LogLevel.Information, "worker {Number}: process {ProcessId} started")]
    public static partial void WorkerStarted(ILogger logger, int number, int processId);

    [LoggerMessage(52, LogLevel.Information, "worker {Number}: process {ProcessId} left")]
    public static partial void WorkerLeft(ILogger logger, int number, int processId);

    [LoggerMessage(53, LogLevel.Error,
        "worker {Number}: process {ProcessId} ended with exit code {Code}, another follows")]
    public static partial void WorkerDied(ILogger logger, int number, int processId, int code);

    [LoggerMessage(54, LogLevel.Error, "worker {Number}: cannot be started: {Reason}")]
    public static partial void WorkerNotStarted(ILogger logger, int number, string reason);

    [LoggerMessage(55, LogLevel.Warning, "{Cause}: ignored, {Reason}")]
    public static partial void WorkersUnchanged(ILogger logger, string cause, string reason);

    [LoggerMessage(56, LogLevel.Warning, "worker {Number}: process {ProcessId} does not end, and is killed")]
    public static partial void WorkerKilled(ILogger logger, int number, int processId);
}
