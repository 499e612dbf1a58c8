using Microsoft.Extensions.Logging;

namespace Larder.Objects.Devices;

/// <summary>What an operator is told of devices; event ids 2100 to 2199. Nothing is logged for each request.</summary>
internal static partial class DeviceLog
{
    [LoggerMessage(2100, LogLevel.Information, "{Device} found: {Path}")]
    public static partial void Found(ILogger logger, string device, string path);

    [LoggerMessage(2101, LogLevel.Warning, "{Device} is gone: {Path}")]
    public static partial void Gone(ILogger logger, string device, string path);

    [LoggerMessage(2102, LogLevel.Error, "{Root} cannot be searched for devices: {Reason}; trying again")]
    public static partial void RootLost(ILogger logger, string root, string reason);

    [LoggerMessage(2103, LogLevel.Error,
        "{Device} is out of service, {Trouble}: it is read, but takes no changes (503) until it works again; "
        + "{Errors} errors, longest operation {MaxMs} ms, oldest running {RunningMs} ms")]
    public static partial void OutOfService(
        ILogger logger, string device, DeviceTrouble trouble, long errors, long maxMs, long runningMs);

    [LoggerMessage(2104, LogLevel.Warning, "{Device} is back in service after {Probes} good probes in a row")]
    public static partial void BackInService(ILogger logger, string device, int probes);

    [LoggerMessage(2105, LogLevel.Information,
        "{Device}: {Removed} temporary files of processes that have ended were removed, {Failed} could not be")]
    public static partial void Swept(ILogger logger, string device, long removed, long failed);

    [LoggerMessage(2106, LogLevel.Error, "{Path} cannot be opened: {Reason}; trying again")]
    public static partial void NotOpened(ILogger logger, string path, Larder.Events.Native.Errno reason);
}
