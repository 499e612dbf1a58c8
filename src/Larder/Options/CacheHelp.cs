using Larder.Cache.Commands;
using Larder.Verbs;

namespace Larder.Options;

/// <summary>What -h, -V and -i print. The shape is memcached's, since scripts look for options in it.</summary>
internal static class CacheHelp
{
    /// <summary>
    /// <c>larder 0.1.0 (memcached 1.6.45)</c>, the other way round for a program called memcached, whose version
    /// scripts expect in the second word.
    /// </summary>
    public static string VersionLine(string name)
    {
        const string Memcached = CalledName.Memcached + " " + MemcachedVersion.Text;
        string larder = $"{CalledName.Default} {ProductVersion.Text}";
        return IsMemcached(name) ? $"{Memcached} ({larder})" : $"{larder} ({Memcached})";
    }

    public static string Text(string name) =>
        $"""
        {VersionLine(name)}
        usage: {name} [OPTIONS]
        Serves memcached's protocols on 127.0.0.1 and ::1, port 11211, until SIGINT or SIGTERM.

        Examples:
          {name}                        64 MB, this machine only
          {name} -m 1024 -l '*'         1 GB, on all interfaces: nothing protects it there but a firewall
          {name} -p 11311 -c 4096 -t 2  another port, 4096 clients, two threads
          {name} -s /run/cache.sock     a UNIX socket instead of TCP
          {name} -d -P /run/cache.pid   a daemon that tells its process id

        {Options}
        {Tuning()}
        {Unsupported}
        """;

    private const string Options =
        """
        -p, --port=<num>          TCP port to listen on (default: 11211; 0: no TCP; -1: any free port)
        -U, --udp-port=<num>      UDP port on the same addresses (default: 0, off; -1: any free port); without -p also
                                  the TCP port
        -s, --unix-socket=<file>  UNIX socket to listen on instead of TCP
        -a, --unix-mask=<mask>    access mask for the UNIX socket, in octal (default: 700)
        -A, --enable-shutdown     enable the "shutdown" command
        -l, --listen=<addr>       where to listen (default: 127.0.0.1 and ::1); several with commas or several -l;
                                  host, host:port, [IPv6]:port, * for all interfaces, or unix:<file> for a
                                  UNIX socket beside TCP; proto[ascii]:, proto[binary]: or proto[negotiating]:
                                  before one is the -B of that address
        -d, --daemon              run as a daemon: returns when it listens, with its exit code when it cannot
        -r, --enable-coredumps    raise the limit of core dumps
        -u, --user=<user>         become this user (only when started as root)
        -m, --memory-limit=<num>  memory for items in megabytes (default: 64)
        -M, --disable-evictions   answer an error when memory is full instead of evicting old items
        -c, --conn-limit=<num>    connections at most (default: 1024)
        -k, --lock-memory         keep all memory out of the swap
        -v, --verbose             say what happens (notes and warnings)
        -vv, -vvv                 requests and answers too; lookups as well
        -h, --help                print this help
        -i, --license             print the licence
        -V, --version             print the version
        -P, --pidfile=<file>      write the process id to this file while it serves
        -f, --slab-growth-factor=<num> accepted, changes nothing
        -n, --slab-min-size=<bytes> accepted, changes nothing
        -L, --enable-largepages   accepted, changes nothing
        -D <char>                 delimiter between key prefix and rest for "stats detail"; turns it on
        -t, --threads=<num>       number of threads (default: 4); clients are dealt to one for each core
        -R, --max-reqs-per-event  requests of one client before the others have their turn (default: 1024)
        -C, --disable-cas         items carry no CAS ids
        -b, --listen-backlog=<num> length of the listen queue (default: 1024)
        -B, --protocol=<name>     auto (default: by the first byte), ascii or binary
        -I, --max-item-size=<num> largest item in bytes, with k or m (default: 1m, min: 1k, max: 1024m)
        -S, --enable-sasl         clients authenticate themselves by SASL, with -o sasl_pwdb; binary protocol only
        -F, --disable-flush-all   forbid flush_all
        -X, --disable-dumping     forbid commands that list keys
        -W, --disable-watch       forbid watch
        -Y, --auth-file=<file>    clients authenticate themselves as one of the lines user:password; text protocols
                                  only, both with -S
        -e, --memory-file=<file>  not supported yet, and refused
        -Z, --enable-ssl          speak TLS on all TCP listeners; -l notls:<addr>, btls:<addr>, mtls:<addr> say for one:
                                  plain, TLS, TLS with client certificates
        -N, --napi_ids=<num>      accepted, changes nothing
        -o, --extended            options between commas, some with a no_ form:
           - driver:              frontends (default): each thread its own connections
                                  queue: all threads share one event queue
           - trigger:             edge (default) or level: how the kernel reports to front ends
           - workers:             threads of driver=queue (default: -t)
           - maxconns_fast:       refuse clients over the limit at once (default); no_maxconns_fast lets them wait
           - idle_timeout:        close clients that are silent for so many seconds (default: 0, never)
           - drain_timeout:       seconds that clients may stay after SIGUSR1 or SIGUSR2 (default: 30)
           - reply_max:           bytes of answers that may wait for one client (default: 1048576, min: 4096)
           - udp_reply_max:       bytes of the answer to one datagram (default: 65536, min: 1024)
           - hotkeys:             1 (default): note one of 64 turns for "stats hotkeys"; 0: none
           - slow_log_us:         note commands that take so many microseconds for "stats slow" (default: 0, off)
           - hashpower:           starting size of the index as a power of two (12 to 32, default: 16)
           - ssl_chain_cert:      certificate and those above it, PEM (with -Z)
           - ssl_key:             private key, if not part of ssl_chain_cert
           - ssl_keyformat:       1 (PEM, default) or 2 (DER)
           - ssl_ca_cert:         authorities of client certificates, PEM
           - ssl_verify_mode:     client certificates: 0(None, default), 1(Request), 2(Require) or 3(Once)
           - ssl_ciphers:         list of ciphers between colons; TLS_... are those of TLS 1.3
           - ssl_min_version:     0(tlsv1.0), 1(tlsv1.1), 2(tlsv1.2, default), or 3(tlsv1.3)
           - ssl_wbuf_size:       kilobytes of replies that are encrypted together (default: 16, which is the most)
           - ssl_session_cache:   remember sessions of TLS 1.2, for clients without tickets
           - ssl_kernel_tls:      let the kernel encrypt where it can
           - sasl_pwdb:           users of -S, written by larder passwd (default: $MEMCACHED_SASL_PWDB)
           - auth_timeout:        close clients that are not authenticated after so many seconds (default: 60, 0: never)
           - auth_commands:       commands before that at most (default: 20)
           - auth_bytes:          longest token or SASL message (256 to 16384, default: 1024)
           - auth_threads:        threads that hash the passwords of SASL PLAIN (default: 2)
           - auth_queue:          clients that may wait for them, others are told to try later (default: 256)
           - no_modern:           accepted, but for no_maxconns_fast, which is part of it, changes nothing
           - debugtime:           let clients move the clock (tests only)
        """;

    private const string Unsupported =
        """
        Not supported yet, and refused: -o proxy_*.

        """;

    /// <summary>Scripts look for these names, too, to learn what a memcached can do.</summary>
    private static string Tuning() =>
        string.Join(
            '\n',
            TuningTable.All.Values.Select(static option =>
                $"   - {option.Name + ":",-21}{option.Meaning ?? "accepted, changes nothing"}"));

    public static string License(string name) =>
        $"""
        {VersionLine(name)}

        Copyright (c) 2026 The Larder developers

        Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
        documentation files (the "Software"), to deal in the Software without restriction, including without
        limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the
        Software, and to permit persons to whom the Software is furnished to do so, subject to the following
        conditions: the above copyright notice and this permission notice shall be included in all copies or
        substantial portions of the Software. The Software is provided "as is", without warranty of any kind.
        The whole text stands in LICENSE.

        """;

    private static bool IsMemcached(string name) => string.Equals(name, CalledName.Memcached, StringComparison.Ordinal);
}
