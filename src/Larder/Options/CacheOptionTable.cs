namespace Larder.Options;

/// <summary>The letters and long names of memcached's options.</summary>
internal static class CacheOptionTable
{
    public static IReadOnlyList<OptionName> All { get; } =
    [
        new('p', "port", true),
        new('U', "udp-port", true),
        new('s', "unix-socket", true),
        new('a', "unix-mask", true),
        new('A', "enable-shutdown", false),
        new('l', "listen", true),
        new('d', "daemon", false),
        new('r', "enable-coredumps", false),
        new('u', "user", true),
        new('m', "memory-limit", true),
        new('M', "disable-evictions", false),
        new('c', "conn-limit", true),
        new('k', "lock-memory", false),
        new('v', "verbose", false),
        new('h', "help", false),
        new('i', "license", false),
        new('V', "version", false),
        new('P', "pidfile", true),
        new('f', "slab-growth-factor", true),
        new('n', "slab-min-size", true),
        new('L', "enable-largepages", false),
        new('D', null, true),
        new('t', "threads", true),
        new('R', "max-reqs-per-event", true),
        new('C', "disable-cas", false),
        new('b', "listen-backlog", true),
        new('B', "protocol", true),
        new('I', "max-item-size", true),
        new('S', "enable-sasl", false),
        new('F', "disable-flush-all", false),
        new('X', "disable-dumping", false),
        new('W', "disable-watch", false),
        new('Y', "auth-file", true),
        new('e', "memory-file", true),
        new('Z', "enable-ssl", false),
        new('o', "extended", true),
        new('N', "napi_ids", true),
    ];
}
