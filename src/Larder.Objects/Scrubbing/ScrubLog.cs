using Microsoft.Extensions.Logging;

namespace Larder.Objects.Scrubbing;

/// <summary>What an operator is told of stored bytes; event ids 2110 to 2119.</summary>
internal static partial class ScrubLog
{
    [LoggerMessage(2110, LogLevel.Error, "{Device}: {Path} is not what was stored; a GET of it is answered 500")]
    public static partial void DamageFound(ILogger logger, string device, string path);

    [LoggerMessage(2111, LogLevel.Error, "{Device}: {Path} is damaged, {Where}")]
    public static partial void Damaged(ILogger logger, string device, string path, string where);

    [LoggerMessage(2112, LogLevel.Information,
        "{Device} is scrubbed: {Files} files, {Bytes} bytes, {Damaged} damaged, {Unreadable} unreadable")]
    public static partial void Scrubbed(
        ILogger logger, string device, long files, long bytes, long damaged, long unreadable);

    [LoggerMessage(2113, LogLevel.Warning, "{Device}: the scrubber could not write {What}: {Reason}")]
    public static partial void NotNoted(
        ILogger logger, string device, string what, Larder.Events.Native.Errno reason);
}
