using System.Net;
using Larder.Cache.Authentication;
using Larder.Events.Tls;
using Microsoft.Extensions.Logging;

namespace Larder.Cache.Serving;

/// <summary>
/// What a cache server is started with. The defaults are memcached's, but for the listeners: loopback only.
/// The server reads the options once, in <c>CacheServer.Start</c>, and keeps none of the lists.
/// </summary>
public sealed class CacheServerOptions
{
    /// <summary>memcached's port, 11211.</summary>
    public const int DefaultPort = 11211;

    internal const int AuthenticationBytesMin = 256;
    internal const int AuthenticationBytesMost = 16 * 1024;

    /// <summary>
    /// Where to listen with TCP, by default 127.0.0.1 and ::1 on port 11211. Port 0 takes an ephemeral port, one for
    /// each endpoint. Empty: no TCP. An endpoint whose address family this machine lacks (EAFNOSUPPORT,
    /// EADDRNOTAVAIL) is skipped if it is IPv6 loopback or wildcard and another endpoint could be bound;
    /// every other failure to bind fails the start.
    /// </summary>
    public IList<IPEndPoint> TcpEndpoints { get; } =
    [
        new(IPAddress.Loopback, DefaultPort),
        new(IPAddress.IPv6Loopback, DefaultPort),
    ];

    /// <summary>
    /// Where to listen for clients that speak TLS; it needs <see cref="Tls"/>. Port 0 and missing address families
    /// as in <see cref="TcpEndpoints"/>.
    /// </summary>
    public IList<TlsEndpoint> TlsEndpoints { get; } = [];

    /// <summary>
    /// Certificates for <see cref="TlsEndpoints"/> and for inherited TCP listeners; the <c>refresh_certs</c> command
    /// reloads them. The caller owns it and disposes of it after the server.
    /// </summary>
    public TlsServer? Tls { get; set; }

    /// <summary>
    /// Where to take requests by UDP (-U); none unless set. Port 0 and missing address families as in
    /// <see cref="TcpEndpoints"/>. UDP knows no TLS and no authentication.
    /// </summary>
    public IList<IPEndPoint> UdpEndpoints { get; } = [];

    /// <summary>
    /// Bytes of the answer to one datagram; a longer one is replaced by an error. 1 KiB to 64 MiB
    /// (-o udp_reply_max=); 64 KiB unless set: clients' receive buffers hold little more, and a forged sender address
    /// turns the answer against its owner.
    /// </summary>
    public int DatagramAnswerMax { get; set; } = 64 * 1024;

    /// <summary>Path of a UNIX socket to listen on beside <see cref="TcpEndpoints"/>; null for none (-s).</summary>
    /// <remarks>A stale socket file is removed before binding, and ours when the server stops.</remarks>
    public string? UnixSocketPath { get; set; }

    /// <summary>Permission bits of the UNIX socket's file (-a); 0700 unless set.</summary>
    public UnixFileMode UnixSocketMode { get; set; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Whether listening descriptors that the process was started with are taken: systemd's (LISTEN_FDS) instead of
    /// <see cref="TcpEndpoints"/> and <see cref="UnixSocketPath"/>, those that another Larder process gives up wherever
    /// they have the same address. Off for embedded servers; the executable turns it on.
    /// </summary>
    public bool InheritListeners { get; set; }

    /// <summary>Length of each listen queue, in connections (-b).</summary>
    public int ListenBacklog { get; set; } = 1024;

    /// <summary>What -l said, word for word: <c>inter</c> in <c>stats settings</c>; null prints NULL.</summary>
    public string? ListenText { get; set; }

    /// <summary>Which driver steps the connections (-o driver=).</summary>
    public CacheDriver Driver { get; set; }

    /// <summary>How the kernel reports readiness to a front end (-o trigger=); the queue is always one-shot.</summary>
    public CacheTrigger Trigger { get; set; }

    /// <summary>Number of front-end threads, at least 1 (-t).</summary>
    public int Threads { get; set; } = 4;

    /// <summary>Number of worker threads of the queue driver (-o workers=); 0 takes <see cref="Threads"/>.</summary>
    public int Workers { get; set; }

    /// <summary>
    /// Requests that one connection may have answered before the others of its thread have their turn (-R).
    /// </summary>
    public int RequestsPerTurnMax { get; set; } = 1024;

    /// <summary>
    /// Bytes of answers that may wait for one client before its requests do, even in the middle of a multiget; one
    /// answer may pass it. 4 KiB to 1 GiB (-o reply_max=); 1 MiB unless set.
    /// </summary>
    public int ReplyBytesMax { get; set; } = 1 << 20;

    /// <summary>Open connections at most, at least 1 (-c).</summary>
    public int ConnectionsMax { get; set; } = 1024;

    /// <summary>
    /// At <see cref="ConnectionsMax"/>: true answers <c>ERROR Too many open connections</c> and closes
    /// (-o maxconns_fast), false leaves newcomers in the listen queue (-o no_maxconns_fast).
    /// </summary>
    public bool RefuseAtConnectionsMax { get; set; } = true;

    /// <summary>Closes a TCP connection that sent nothing for this long, in whole seconds; zero: never.</summary>
    public TimeSpan IdleTimeout { get; set; }

    /// <summary>
    /// Closes a connection whose client takes none of its answers for this long; 60 s unless set.
    /// </summary>
    public TimeSpan StuckReceiverTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Memory for items and all that the store maps for them, in bytes (-m); 64 MiB unless set.</summary>
    public long MemoryLimit { get; set; } = 64L << 20;

    /// <summary>Largest item, in bytes, counted as memcached counts it (-I): 1024 to 1 GiB.</summary>
    public int ItemSizeMax { get; set; } = 1 << 20;

    /// <summary>Whether old items make room for new ones; false answers out-of-memory instead (-M).</summary>
    public bool EvictionsEnabled { get; set; } = true;

    /// <summary>Whether items carry CAS ids; false answers 0 (-C).</summary>
    public bool CasEnabled { get; set; } = true;

    /// <summary>Starting size of the index as a power of two, 12 to 32; 0: the default, 16 (-o hashpower=).</summary>
    public int HashPower { get; set; }

    /// <summary>Whether <c>flush_all</c> is allowed (-F forbids it).</summary>
    public bool FlushEnabled { get; set; } = true;

    /// <summary>Whether commands that list keys are allowed (-X forbids them).</summary>
    public bool DumpEnabled { get; set; } = true;

    /// <summary>Whether the <c>watch</c> command is allowed (-W forbids it).</summary>
    public bool WatchEnabled { get; set; } = true;

    /// <summary>Whether some of the requests are noted for <c>stats hotkeys</c> (-o hotkeys=0 forbids it).</summary>
    public bool HotKeysEnabled { get; set; } = true;

    /// <summary>
    /// Commands that hold their thread for so many microseconds are noted for <c>stats slow</c> (-o slow_log_us=);
    /// up to a minute, 0: none. The command <c>stats slow threshold</c> changes it while running.
    /// </summary>
    public int SlowLogMicroseconds { get; set; }

    /// <summary>Which protocol the listeners speak (-B).</summary>
    public CacheProtocol Protocol { get; set; }

    /// <summary>
    /// Endpoints, of whatever transport, that speak another protocol than <see cref="Protocol"/> (-l proto[binary]:).
    /// </summary>
    public IDictionary<IPEndPoint, CacheProtocol> EndpointProtocols { get; } =
        new Dictionary<IPEndPoint, CacheProtocol>();

    /// <summary>
    /// Users of the binary protocol, who authenticate themselves by SASL (-S); null lets everybody in. Without
    /// <see cref="Tokens"/> beside it the text protocols are not spoken then. <see cref="PasswordFile.Reload"/> reads
    /// it again.
    /// </summary>
    public PasswordFile? Passwords { get; set; }

    /// <summary>
    /// Users of the text protocols (-Y); null lets everybody in. Without <see cref="Passwords"/> beside it the binary
    /// protocol is not spoken then. <see cref="TokenFile.Reload"/> reads it again.
    /// </summary>
    public TokenFile? Tokens { get; set; }

    /// <summary>
    /// Commands that a client may send before it is authenticated; the next one closes it. At least 1
    /// (-o auth_commands=); 20 unless set.
    /// </summary>
    public int AuthenticationCommandsMax { get; set; } = 20;

    /// <summary>
    /// Bytes of a token or of a SASL message; a longer one is refused and closes. 256 to 16384 (-o auth_bytes=);
    /// 1024 unless set.
    /// </summary>
    public int AuthenticationBytesMax { get; set; } = 1024;

    /// <summary>
    /// Closes a client that is not authenticated so long after its connect; zero: never (-o auth_timeout=). 60 s unless
    /// set.
    /// </summary>
    public TimeSpan AuthenticationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Threads that hash the passwords of SASL PLAIN, at least 1 (-o auth_threads=); 2 unless set.</summary>
    public int HashThreads { get; set; } = 2;

    /// <summary>
    /// Clients whose passwords may be hashed or wait for it; who comes then is told to try later (0x86). At least 1
    /// (-o auth_queue=); 256 unless set.
    /// </summary>
    public int HashQueueMax { get; set; } = 256;

    /// <summary>In the place of <see cref="Passwords"/>.</summary>
    internal ISaslAuthenticator? Sasl { get; set; }

    /// <summary>
    /// Called once for an accepted <c>shutdown</c> command, true for <c>shutdown graceful</c> (-A). It runs on a
    /// connection's thread, so it must hand the wish to another thread and return: it must not stop the server itself.
    /// Null: the command answers <c>SERVER_ERROR: shutdown not enabled</c>.
    /// </summary>
    public Action<bool>? ShutdownRequested { get; set; }

    /// <summary>
    /// Called with the level that the command <c>verbosity</c> has set, on a connection's thread; null: nobody needs
    /// to know.
    /// </summary>
    public Action<int>? VerbosityChanged { get; set; }

    /// <summary>What separates a key's prefix from the rest in <c>stats detail</c> (-D); an ASCII character.</summary>
    public char PrefixDelimiter { get; set; } = ':';

    /// <summary>Whether statistics by prefix are collected from the start (-D turns them on).</summary>
    public bool PrefixStatsEnabled { get; set; }

    /// <summary>
    /// Whether clients may move the server's clock: <c>debugtime N</c> (seconds forward), <c>debugtime p</c>,
    /// <c>debugtime r</c> (-o debugtime). For tests only.
    /// </summary>
    public bool DebugTimeEnabled { get; set; }

    /// <summary>
    /// Number of -v: 0 warnings only, 1 notes, 2 clients' commands and our answers, 3 internal states.
    /// <c>verbosity</c> in <c>stats settings</c>; the command <c>verbosity</c> changes it while running.
    /// </summary>
    public int Verbosity { get; set; }

    /// <summary>
    /// Takes what is shown of requests and answers from <see cref="Verbosity"/> 2 on, lines as UTF-8 or as clients sent
    /// them, on a thread of the server's own; it may block: what comes meanwhile is skipped and counted. Null: nothing
    /// is shown.
    /// </summary>
    public Action<ReadOnlySpan<byte>>? VerboseOutput { get; set; }

    /// <summary>
    /// Values of memcached's allocator and LRU options that have no meaning here, by their names in
    /// <c>stats settings</c> (<c>growth_factor</c> = <c>1.25</c>): they are only reported there again.
    /// </summary>
    public IDictionary<string, string> TuningEcho { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where the server logs; null: nowhere. Any thread of the server may call it.</summary>
    public ILogger? Logger { get; set; }
}
