using System.Net;
using System.Net.Security;
using Larder.Client.Routing;
using Larder.Client.Serializing;
using Larder.Protocol.Placement;

namespace Larder.Client;

/// <summary>
/// What a client is made with. It reads the options once, when it is made, and keeps none of the lists.
/// </summary>
public sealed class CacheClientOptions
{
    /// <summary>The servers; at least one. Their order matters to some placements.</summary>
    public IList<ServerAddress> Servers { get; } = [];

    /// <summary>
    /// Which server has a key: rendezvous unless set, or as another client has it, so that both find each other's
    /// items. All clients of the same servers must agree.
    /// </summary>
    public PlacementOptions Placement { get; set; } = new();

    /// <summary>What is spoken; meta unless set.</summary>
    public ClientProtocol Protocol { get; set; }

    /// <summary>Put before every key, and hashed with it.</summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>What is done with keys that memcached does not take.</summary>
    public InvalidKeyRule InvalidKeys { get; set; }

    /// <summary>The longest wait for a reply, unless a request says otherwise; 500 ms unless set.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait for a connection; 1 s unless set.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Connections to each server for values up to <see cref="LargeValueBytes"/>, 1 to 16; 1 unless set. A key keeps
    /// its connection, so that its requests keep their order. One more carries larger values.
    /// </summary>
    public int ConnectionsPerServer { get; set; } = 1;

    /// <summary>
    /// Values longer than this go over a connection of their own, so that short ones do not wait behind them;
    /// 64 KiB unless set. Reads of keys that were long before, too.
    /// </summary>
    public int LargeValueBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Requests that wait on one connection at most, those among them whose callers gave up; the next ends as Busy.
    /// 16,384 unless set.
    /// </summary>
    public int InFlightMax { get; set; } = 16 * 1024;

    /// <summary>
    /// Bytes of requests that wait on one connection to be sent; beyond, the next ends as Busy. 64 MiB unless set.
    /// </summary>
    public long PendingBytesMax { get; set; } = 64L << 20;

    /// <summary>The longest reply that is believed; 1 GiB unless set, the largest item of memcached.</summary>
    public long ReplyBytesMax { get; set; } = 1L << 30;

    /// <summary>Whether operations that fail look like misses, in both forms. Off unless set.</summary>
    public bool ErrorsAreMisses { get; set; }

    /// <summary>What becomes of the keys of a server that is down.</summary>
    public FailoverPolicy Failover { get; set; }

    /// <summary>
    /// The longest life of what is written to another server than the key's own: it is forgotten soon after the own one
    /// is back. 60 s unless set.
    /// </summary>
    public TimeSpan FailoverExpiryMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What is sent again when a connection is lost.</summary>
    public ResubmitRule Resubmit { get; set; }

    /// <summary>
    /// Timeouts in a row, of requests that waited for <see cref="RequestTimeout"/> or longer, that mark a server as
    /// down; 3 unless set. A failed connect does at once.
    /// </summary>
    public int TimeoutsUntilDown { get; set; } = 3;

    /// <summary>
    /// The first wait before a server that is down is tried; it doubles up to the next option. 250 ms.
    /// </summary>
    public TimeSpan ProbeDelayMin { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between two tries; 10 s unless set. A quarter more or less by chance.</summary>
    public TimeSpan ProbeDelayMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// With a user, each connection logs in: by SASL PLAIN with the binary protocol, else as memcached's -Y has it.
    /// </summary>
    public string? User { get; set; }

    /// <summary>The user's password.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// TLS: called with each server's host, for each connection, for the options of it (the host that the certificate
    /// must name among them). Null: no TLS.
    /// </summary>
    public Func<string, SslClientAuthenticationOptions>? Tls { get; set; }

    /// <summary>
    /// Typed values that are neither byte arrays nor strings; null: there are none. See
    /// <see cref="JsonCacheSerializer"/>.
    /// </summary>
    public ICacheSerializer? Serializer { get; set; }

    /// <summary>How long typed values are packed; Brotli unless set. Reading knows all of them.</summary>
    public CacheCompression Compression { get; set; } = CacheCompression.Brotli;

    /// <summary>Typed values up to this length are not packed; 2 KiB unless set.</summary>
    public int CompressAboveBytes { get; set; } = 2048;

    /// <summary>
    /// The share of a value that packing must save, 0 to 1, to be worth its unpacking; 0.15 unless set.
    /// </summary>
    public double CompressionSavingMin { get; set; } = 0.15;

    /// <summary>The longest typed value that is unpacked; 256 MiB unless set.</summary>
    public int UnpackedBytesMax { get; set; } = 256 << 20;

    /// <summary>
    /// The list that <c>larder monitor</c> publishes to all processes of a machine (docs/protocol/server-list.md): what
    /// is down there is down for this client. With null, or a monitor that is silent, the client judges alone.
    /// </summary>
    public string? ServerListPath { get; set; }

    /// <summary>
    /// Whether the servers are those of <see cref="ServerListPath"/>, with its weights and names, as soon as there is a
    /// list and whenever it changes; <see cref="Servers"/> are used until then. Off unless set: then only verdicts are
    /// taken from the list. A list that the placement cannot use, as an empty one, changes nothing.
    /// </summary>
    public bool FollowsServerList { get; set; }

    /// <summary>
    /// How often the names of servers are looked up while connections last; 30 s unless set, Timeout.InfiniteTimeSpan
    /// for never. They are looked up, too, when a connection cannot be made. A server whose address changes stays the
    /// same server; one whose name does not resolve any more keeps its addresses.
    /// </summary>
    public TimeSpan NameRefreshPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How names become addresses; the system's resolver unless set. Several calls may run at once.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; set; } = Dns.GetHostAddressesAsync;

    /// <summary>The clock of deadlines, back-off and expiry; the system's unless set.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Check()
    {
        Require(Servers.Count is > 0 and <= ServerSet.ServerCountMax, nameof(Servers), "has no server, or too many");
        _ = ServerSet.Place(Servers, Placement);
        Require(ConnectionsPerServer is >= 1 and <= 16, nameof(ConnectionsPerServer), "is not 1 to 16");
        Require(LargeValueBytes >= 0, nameof(LargeValueBytes), "is negative");
        Require(InFlightMax > 0, nameof(InFlightMax), "is not positive");
        Require(PendingBytesMax > 0, nameof(PendingBytesMax), "is not positive");
        Require(ReplyBytesMax is > 0 and <= 1L << 30, nameof(ReplyBytesMax), "is not 1 byte to 1 GiB");
        Require(RequestTimeout > TimeSpan.Zero, nameof(RequestTimeout), "is not positive");
        Require(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), "is not positive");
        Require(FailoverExpiryMax > TimeSpan.Zero, nameof(FailoverExpiryMax), "is not positive");
        Require(CompressAboveBytes >= 0, nameof(CompressAboveBytes), "is negative");
        Require(CompressionSavingMin is >= 0 and < 1, nameof(CompressionSavingMin), "is not 0 to 1");
        Require(UnpackedBytesMax > 0, nameof(UnpackedBytesMax), "is not positive");
        Require(TimeoutsUntilDown > 0, nameof(TimeoutsUntilDown), "is not positive");
        Require(ProbeDelayMin > TimeSpan.Zero, nameof(ProbeDelayMin), "is not positive");
        Require(ProbeDelayMax >= ProbeDelayMin, nameof(ProbeDelayMax), "is less than ProbeDelayMin");
        bool isPeriod = NameRefreshPeriod > TimeSpan.Zero || NameRefreshPeriod == Timeout.InfiniteTimeSpan;
        Require(isPeriod, nameof(NameRefreshPeriod), "is neither positive nor infinite");
        Require(ServerListPath is not null || !FollowsServerList, nameof(FollowsServerList), "has no ServerListPath");
        Require(User is not null || Password is null, nameof(Password), "has no User");
    }

    private static void Require(bool holds, string option, string problem)
    {
        if (!holds) throw new ArgumentException($"{option} {problem}", option);
    }
}
