using Larder.Options;

namespace Larder.ObjectStore;

/// <summary>All options of the object store, in the order of its help.</summary>
internal static class StoreOptionTable
{
    private const char None = '\0';

    public static IReadOnlyList<StoreOption> All { get; } =
    [
        new(None, "config", "FILE", StoreOptionGroup.Common, "read this file, too (none is read by default)"),
        new('d', "daemonize", null, StoreOptionGroup.Common, "return when it serves, and go on in the background"),
        new(None, "docroot", "PATH", StoreOptionGroup.Common, "the folder of dev1, dev2, ... (default: /var/mogdata)"),
        new(None, "httplisten", "[IP:]PORT", StoreOptionGroup.Common, "serve HTTP here"),
        new(None, "httpgetlisten", "[IP:]PORT", StoreOptionGroup.Common, "serve GET and HEAD only here"),
        new(None, "mgmtlisten", "[IP:]PORT", StoreOptionGroup.Common, "serve the side-channel of trackers here"),
        new(None, "maxconns", "N", StoreOptionGroup.Common, "clients at a time (default: 10000)"),
        new(None, "pidfile", "PATH", StoreOptionGroup.Common, "tell the process id in this file"),
        new(None, "worker-processes", "N", StoreOptionGroup.Common, "serve from so many processes (default: 0, one)"),
        new(None, "names", "narrow|wide", StoreOptionGroup.Storing, "paths as MogileFS has them (default), or any"),
        new(None, "sync", "none|data|group", StoreOptionGroup.Storing,
            "what a PUT waits for: nothing (default), the disk, the disk together with others"),
        new(None, "reserve", "BYTES[K|M|G]", StoreOptionGroup.Storing, "answer PUT 507 when less is free (default: 0)"),
        new(None, "readonly", null, StoreOptionGroup.Storing, "store and remove nothing"),
        new(None, "digests", "crc32c|md5", StoreOptionGroup.Storing,
            "what is computed of each PUT beside what its client asks for (default: crc32c)"),
        new(None, "check-reads", null, StoreOptionGroup.Storing,
            "compare whole objects with their digests before sending"),
        new(None, "scrub", "BYTES[K|M|G]", StoreOptionGroup.Storing,
            "compare stored bytes with their digests, so many a second of each device (default: 0, never)"),
        new(None, "follow-links", null, StoreOptionGroup.Storing, "links may lead out of a device"),
        new(None, "hot-files", "N", StoreOptionGroup.Serving, "keep so many files open (default: 1000)"),
        new(None, "hot-bytes", "BYTES[K|M|G]", StoreOptionGroup.Serving, "of small files in memory (default: 32M)"),
        new(None, "workers", "N", StoreOptionGroup.Serving, "threads (default: 10 for each device, 10 to 100)"),
        new(None, "idle", "SECONDS", StoreOptionGroup.Serving, "close clients that are silent (default: 0, never)"),
        new(None, "head-timeout", "SECONDS", StoreOptionGroup.Serving,
            "a request's head may take so long (default: 60)"),
        new(None, "pace-period", "SECONDS", StoreOptionGroup.Serving,
            "in which a client must go on with a body (default: 60)"),
        new(None, "pace-bytes", "N", StoreOptionGroup.Serving,
            "bytes that it must move in each pace-period (default: 4096)"),
        new(None, "drain", "SECONDS", StoreOptionGroup.Serving, "requests may take so long at the stop (default: 30)"),
        new(None, "httpslisten", "[IP:]PORT", StoreOptionGroup.Tls, "serve HTTP over TLS here"),
        new(None, "httpsgetlisten", "[IP:]PORT", StoreOptionGroup.Tls, "serve GET and HEAD only over TLS here"),
        new(None, "tls-cert", "FILE", StoreOptionGroup.Tls, "certificate and those above it, PEM"),
        new(None, "tls-key", "FILE", StoreOptionGroup.Tls, "its private key, PEM (default: in tls-cert)"),
        new(None, "tls-ca", "FILE", StoreOptionGroup.Tls, "authorities of clients' certificates, PEM"),
        new(None, "tls-verify", "none|request|require", StoreOptionGroup.Tls,
            "clients' certificates: not asked for (default), good if there is one, required"),
        new(None, "tls-min", "1.2|1.3", StoreOptionGroup.Tls, "the oldest version (default: 1.2)"),
        new(None, "tls-ciphers", "A:B", StoreOptionGroup.Tls, "OpenSSL's list (default: OpenSSL's)"),
        new('?', "help", null, StoreOptionGroup.Asking, "print this help"),
        new(None, "usage", null, StoreOptionGroup.Asking, "print all options in short"),
        new('V', "version", null, StoreOptionGroup.Asking, "print the version"),
        new(None, "multi", null, StoreOptionGroup.Hidden, "several --config"),
        new(None, "server", "NAME", StoreOptionGroup.Hidden, "none: no HTTP"),
        new('s', "skipconfig", null, StoreOptionGroup.Hidden, "nothing: no file is read by default"),
        new('h', "help", null, StoreOptionGroup.Hidden, "print this help"),
    ];

    /// <summary>As getopt wants them; -h is not cmogstored's.</summary>
    public static IReadOnlyList<OptionName> Names(bool isCmogstored) =>
    [
        .. All.Where(option => !isCmogstored || option.Letter != 'h')
            .Select(static option => new OptionName(option.Letter, option.Name, option.Argument is not null)),
    ];
}
