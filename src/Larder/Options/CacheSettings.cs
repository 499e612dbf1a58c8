using Larder.Cache.Serving;

namespace Larder.Options;

/// <summary>
/// What the command line of the cache asks for: the server's options and what the process does around it.
/// </summary>
internal sealed class CacheSettings
{
    public CacheSettings() => Auth = new AuthSettings(Server);

    /// <summary>The port of -p that takes an ephemeral port.</summary>
    public const int EphemeralPort = -1;

    /// <summary>
    /// The options to start the server with; its endpoints are set when <see cref="Listen"/> is resolved.
    /// </summary>
    public CacheServerOptions Server { get; } = new();

    /// <summary>The entries of -l; empty for loopback.</summary>
    public List<ListenSpec> Listen { get; } = [];

    /// <summary>-Z and -o ssl_*.</summary>
    public TlsSettings Tls { get; } = new();

    /// <summary>-S, -Y and what belongs to them.</summary>
    public AuthSettings Auth { get; }

    /// <summary>-p: the TCP port of each listener without one of its own; 0 for no TCP at all.</summary>
    public int Port { get; set; } = CacheServerOptions.DefaultPort;

    /// <summary>-U: the UDP port of each address without one of its own; 0 for no UDP.</summary>
    public int UdpPort { get; set; }

    /// <summary>-A: whether clients may stop the process with the <c>shutdown</c> command.</summary>
    public bool ShutdownEnabled { get; set; }

    /// <summary>-u: the user to become, or null.</summary>
    public string? User { get; set; }

    /// <summary>-P: the file that our process id is written to, or null.</summary>
    public string? PidFile { get; set; }

    /// <summary>-d: whether the program leaves the terminal and its starter once it serves.</summary>
    public bool IsDaemon { get; set; }

    /// <summary>-r: whether core dumps may be written.</summary>
    public bool CoreDumpsEnabled { get; set; }

    /// <summary>-k: whether all memory is to stay out of the swap.</summary>
    public bool MemoryLocked { get; set; }

    /// <summary>
    /// -o drain_timeout: how long clients may stay when the server drains (SIGUSR1, SIGUSR2). Half a minute is longer
    /// than most pools keep a connection that they do not use.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What to say at -v: options that were accepted and do nothing here.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What to say always: values that were read, but perhaps not as they were meant.</summary>
    public List<string> Warnings { get; } = [];
}
