using Larder.Events.Native;
using Microsoft.Extensions.Logging;

namespace Larder.Objects.Usage;

/// <summary>What usage files tell an operator; event ids 3300 to 3309.</summary>
internal static partial class UsageLog
{
    [LoggerMessage(3300, LogLevel.Warning, "the usage file of {Device} cannot be written: {Reason}")]
    public static partial void NotWritten(ILogger logger, string device, Errno reason);

    [LoggerMessage(3301, LogLevel.Information, "the usage file of {Device} is written again")]
    public static partial void WrittenAgain(ILogger logger, string device);
}
