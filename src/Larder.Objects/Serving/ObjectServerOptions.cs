using System.Net;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Larder.Objects.Devices;
using Larder.Objects.Scrubbing;
using Larder.Objects.Usage;
using Larder.Protocol.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Larder.Objects.Serving;

/// <summary>How an object store serves. Not changed after the start.</summary>
public sealed class ObjectServerOptions
{
    /// <summary>The folder that holds <c>dev1</c>, <c>dev2</c> and so on; absolute.</summary>
    public required string Root { get; init; }

    /// <summary>Where HTTP with all methods is served; port 0 takes any.</summary>
    public IReadOnlyList<IPEndPoint> HttpEndpoints { get; init; } = [];

    /// <summary>Where only GET and HEAD are served.</summary>
    public IReadOnlyList<IPEndPoint> HttpGetEndpoints { get; init; } = [];

    /// <summary>Where HTTP with all methods is served over TLS; it needs <see cref="Tls"/>.</summary>
    public IReadOnlyList<IPEndPoint> HttpsEndpoints { get; init; } = [];

    /// <summary>Where only GET and HEAD are served over TLS; it needs <see cref="Tls"/>.</summary>
    public IReadOnlyList<IPEndPoint> HttpsGetEndpoints { get; init; } = [];

    /// <summary>Certificates for the TLS listeners. The caller owns it and disposes of it after the server.</summary>
    public TlsServer? Tls { get; init; }

    /// <summary>Where trackers ask for sizes, digests and the disks' load.</summary>
    public IReadOnlyList<IPEndPoint> SideChannelEndpoints { get; init; } = [];

    /// <summary>Listeners of another process that are used instead of own ones where the address is the same; the
    /// host disposes of what is left after the start.</summary>
    public ListenerHeritage? Heritage { get; init; }

    /// <summary>Of all devices.</summary>
    public DeviceOptions Devices { get; init; } = new();

    /// <summary>Threads that serve; they may block on disks.</summary>
    public int Workers { get; init; } = 10;

    /// <summary>Connections served at a time.</summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>Which paths there may be.</summary>
    public HttpNames Names { get; init; } = HttpNames.Narrow;

    /// <summary>Whether MD5 is computed for each PUT, not only for those that bring one.</summary>
    public bool AlwaysMd5 { get; init; }

    /// <summary>Larger files that are kept open for the next who ask for them; 0 keeps none.</summary>
    public int HotFilesMax { get; init; } = 1_000;

    /// <summary>Bytes of memory in which small files are kept whole, without a descriptor; 0 keeps none.</summary>
    public long HotBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Time after which a connection that says nothing is closed; zero = never.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>How often usage files are written, if there is a side-channel; they are in memory besides.</summary>
    public TimeSpan UsagePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A program for the shell that prints the disks' load as <c>iostat -dx 1</c> does, in place of the kernel's
    /// counters; null for these.
    /// </summary>
    public string? LoadCommand { get; init; }

    /// <summary>
    /// Called when a tracker asks for a graceful stop, on a thread that serves: it must not wait for the stop.
    /// </summary>
    public Action ShutdownAsked { get; init; } = static () => { };

    /// <summary>Where the kernel tells of mounts and disks.</summary>
    internal KernelFiles KernelFiles { get; init; } = KernelFiles.Real;

    /// <summary>Time for a request's head, from its first bytes; then the connection is closed. 1 ms or more.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Time in which a client must send <see cref="PaceBytesMin"/> of a body, or take them of an answer; also the time
    /// after which one that takes nothing is closed. 1 ms or more.
    /// </summary>
    public TimeSpan PacePeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that a client must move in each <see cref="PacePeriod"/>: 68 a second unless set.</summary>
    public int PaceBytesMin { get; init; } = 4096;

    /// <summary>
    /// Whether the bytes of whole objects are compared with their stored digests before any is sent; 500 when they
    /// differ.
    /// </summary>
    public bool VerifyReads { get; init; }

    /// <summary>Compares all stored bytes with their digests in the background; null does not.</summary>
    public ScrubOptions? Scrub { get; init; }

    /// <summary>Where the store writes what an operator must know.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
