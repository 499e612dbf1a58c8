namespace Larder.Cache.Commands;

/// <summary>
/// The fixed answers of the administrative commands that <see cref="Protocol.Text.TextReplies"/> does not have, with
/// CR LF, byte for byte as memcached sends them.
/// </summary>
internal static class AdministrationReplies
{
    public static ReadOnlySpan<byte> MemlimitTooSmall =>
        "MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m\r\n"u8;

    public static ReadOnlySpan<byte> MemlimitNotMegabytes =>
        "MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes\r\n"u8;

    public static ReadOnlySpan<byte> MemlimitRefused =>
        "MEMLIMIT_ADJUST_FAILED out of bounds or unable to adjust\r\n"u8;

    public static ReadOnlySpan<byte> DeletePrefixNotAllowed =>
        "CLIENT_ERROR larder_delete_prefix not allowed\r\n"u8;

    public static ReadOnlySpan<byte> BadPrefix => "CLIENT_ERROR bad prefix\r\n"u8;

    public static ReadOnlySpan<byte> TooManyPrefixes =>
        "SERVER_ERROR too many prefix deletions in progress\r\n"u8;

    public static ReadOnlySpan<byte> SlabReassignDisabled => "CLIENT_ERROR slab reassignment disabled\r\n"u8;

    public static ReadOnlySpan<byte> SlabsBadClass => "BADCLASS invalid src or dst class id\r\n"u8;

    public static ReadOnlySpan<byte> SlabsNoSpare => "NOSPARE source class has no spare pages\r\n"u8;

    public static ReadOnlySpan<byte> SlabsSame => "SAME src and dst class are identical\r\n"u8;

    public static ReadOnlySpan<byte> AutomoveWindowRange => "CLIENT_ERROR automove window too low or too high\r\n"u8;

    public static ReadOnlySpan<byte> LruPercentages => "ERROR hot and warm pcts must not exceed 80\r\n"u8;

    public static ReadOnlySpan<byte> LruFactors => "ERROR hot/warm age factors must be greater than 0\r\n"u8;

    public static ReadOnlySpan<byte> CrawlerStartFailed => "ERROR failed to start lru crawler thread\r\n"u8;

    public static ReadOnlySpan<byte> CrawlerSleepRange => "CLIENT_ERROR sleep must be one second or less\r\n"u8;

    public static ReadOnlySpan<byte> CrawlerDisabled => "CLIENT_ERROR lru crawler disabled\r\n"u8;

    public static ReadOnlySpan<byte> CrawlerBadClass => "BADCLASS invalid class id\r\n"u8;

    public static ReadOnlySpan<byte> CrawlerNothing => "NOTSTARTED no items to crawl\r\n"u8;

    public static ReadOnlySpan<byte> CrawlerUnknownError => "ERROR an unknown error happened\r\n"u8;

    public static ReadOnlySpan<byte> MetadumpNotAllowed => "ERROR metadump not allowed\r\n"u8;

    public static ReadOnlySpan<byte> KeyDumpNotAllowed => "ERROR key dump not allowed\r\n"u8;

    public static ReadOnlySpan<byte> MetadumpPipelined =>
        "ERROR cannot pipeline other commands before metadump\r\n"u8;

    public static ReadOnlySpan<byte> KeyDumpPipelined => "ERROR cannot pipeline other commands before mgdump\r\n"u8;

    public static ReadOnlySpan<byte> CrawlerLocked => "ERROR locked try again later\r\n"u8;

    public static ReadOnlySpan<byte> WatchNotAllowed => "CLIENT_ERROR watch commands not allowed\r\n"u8;

    public static ReadOnlySpan<byte> WatchPipelined => "ERROR cannot pipeline other commands before watch\r\n"u8;

    public static ReadOnlySpan<byte> WatcherTooMany => "WATCHER_TOO_MANY log watcher limit reached\r\n"u8;

    public static ReadOnlySpan<byte> TlsNotEnabled => "Error TLS not enabled\r\n"u8;

    public static ReadOnlySpan<byte> BadCommandLine => "CLIENT_ERROR bad command line\r\n"u8;

    public static ReadOnlySpan<byte> IllegalSlabId => "CLIENT_ERROR Illegal slab id\r\n"u8;

    public static ReadOnlySpan<byte> SizesDisabled => "STAT sizes_status disabled\r\nEND\r\n"u8;

    public static ReadOnlySpan<byte> StatsDetailUsage => "CLIENT_ERROR usage: stats detail on|off|dump\r\n"u8;

    public static ReadOnlySpan<byte> StatsDetailNotAllowed => "CLIENT_ERROR stats detail not allowed\r\n"u8;

    public static ReadOnlySpan<byte> StatsCachedumpNotAllowed => "CLIENT_ERROR stats cachedump not allowed\r\n"u8;
}
