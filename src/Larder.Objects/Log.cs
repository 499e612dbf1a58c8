using Larder.Events.Native;
using Microsoft.Extensions.Logging;

namespace Larder.Objects;

/// <summary>
/// What the object store tells an operator; event ids 2000 to 2099. Nothing is logged for each request that goes well.
/// </summary>
internal static partial class Log
{
    // The next two are spelled as cmogstored spells them, for those whose scripts look for them.
    [LoggerMessage(2000, LogLevel.Warning, "PUT {Path} failed from {Peer} after {Bytes} bytes: {Reason}")]
    public static partial void PutBroken(ILogger logger, string path, string peer, long bytes, string reason);

    [LoggerMessage(2001, LogLevel.Warning, "last_data_recv={SilentMs}ms from {Peer} for PUT {Path}")]
    public static partial void PutSilence(ILogger logger, int silentMs, string peer, string path);

    [LoggerMessage(2002, LogLevel.Warning,
        "GET {Path} cut at {Offset} of {Size} bytes: the file has become shorter meanwhile")]
    public static partial void FileShrank(ILogger logger, string path, long offset, long size);

    [LoggerMessage(2003, LogLevel.Error, "GET {Path} cut at {Offset} of {Size} bytes: {Reason}")]
    public static partial void FileUnreadable(ILogger logger, string path, long offset, long size, Errno reason);
}
