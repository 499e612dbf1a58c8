using System.Globalization;
using System.Net;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Protocol.Http;
using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>One root with its listeners.</summary>
internal sealed record ServiceSettings
{
    /// <summary>cmogstored's number of threads for each device, and its bounds.</summary>
    private const int WorkersOfDevice = 10;
    private const int WorkersUsualMax = 100;

    private const int HotFilesDefault = 1_000;
    private const long HotBytesDefault = 32L << 20;
    private const int PatienceSecondsDefault = 60;
    private const int PaceBytesDefault = 4096;
    private const int UsageSecondsUsual = 10;
    private const int UsageSecondsMax = 86_400;

    /// <summary>Absolute, without links.</summary>
    public required string Root { get; init; }

    public IReadOnlyList<IPEndPoint> Http { get; init; } = [];

    public IReadOnlyList<IPEndPoint> HttpGet { get; init; } = [];

    public IReadOnlyList<IPEndPoint> Https { get; init; } = [];

    public IReadOnlyList<IPEndPoint> HttpsGet { get; init; } = [];

    public IReadOnlyList<IPEndPoint> SideChannel { get; init; } = [];

    /// <summary>Certificates; null without any.</summary>
    public TlsServerOptions? Tls { get; init; }

    public bool ServesTls => Https.Count + HttpsGet.Count > 0;

    public HttpNames Names { get; init; }

    public SyncPolicy Sync { get; init; }

    public long ReserveBytes { get; init; }

    public bool IsReadOnly { get; init; }

    public bool AlwaysMd5 { get; init; }

    public bool FollowsLinks { get; init; }

    public bool VerifiesReads { get; init; }

    public long ScrubBytes { get; init; }

    public int HotFiles { get; init; }

    public long HotBytes { get; init; }

    public int Workers { get; init; }

    public TimeSpan IdleTimeout { get; init; }

    public TimeSpan HeadTimeout { get; init; }

    public TimeSpan PacePeriod { get; init; }

    public int PaceBytes { get; init; }

    /// <summary>Puts two sources together; what the first says counts.</summary>
    /// <param name="root">The root, found by both.</param>
    /// <param name="line">The command line.</param>
    /// <param name="file">The config file, or an empty source.</param>
    public static ServiceSettings Create(string root, StoreSource line, StoreSource file)
    {
        bool servesHttp = line.ServesHttp ?? file.ServesHttp ?? true;
        return new()
        {
            Root = root,
            Http = !servesHttp ? [] : line.Http.Count > 0 ? line.Http : file.Http,
            HttpGet = !servesHttp ? [] : line.HttpGet.Count > 0 ? line.HttpGet : file.HttpGet,
            Https = !servesHttp ? [] : line.Https.Count > 0 ? line.Https : file.Https,
            HttpsGet = !servesHttp ? [] : line.HttpsGet.Count > 0 ? line.HttpsGet : file.HttpsGet,
            Tls = StoreTlsSource.Merge(line.Tls, file.Tls),
            SideChannel = line.SideChannel.Count > 0 ? line.SideChannel : file.SideChannel,
            Names = line.Names ?? file.Names ?? HttpNames.Narrow,
            Sync = line.Sync ?? file.Sync ?? SyncPolicy.None,
            ReserveBytes = line.ReserveBytes ?? file.ReserveBytes ?? 0,
            IsReadOnly = line.IsReadOnly || file.IsReadOnly,
            AlwaysMd5 = line.AlwaysMd5 ?? file.AlwaysMd5 ?? false,
            FollowsLinks = line.FollowsLinks || file.FollowsLinks,
            VerifiesReads = line.VerifiesReads || file.VerifiesReads,
            ScrubBytes = line.ScrubBytes ?? file.ScrubBytes ?? 0,
            HotFiles = line.HotFiles ?? file.HotFiles ?? HotFilesDefault,
            HotBytes = line.HotBytes ?? file.HotBytes ?? HotBytesDefault,
            Workers = line.Workers ?? file.Workers ?? WorkersFor(root),
            IdleTimeout = TimeSpan.FromSeconds(line.IdleSeconds ?? file.IdleSeconds ?? 0),
            HeadTimeout = TimeSpan.FromSeconds(line.HeadSeconds ?? file.HeadSeconds ?? PatienceSecondsDefault),
            PacePeriod = TimeSpan.FromSeconds(line.PaceSeconds ?? file.PaceSeconds ?? PatienceSecondsDefault),
            PaceBytes = line.PaceBytes ?? file.PaceBytes ?? PaceBytesDefault,
        };
    }

    /// <summary>What the server is started with.</summary>
    /// <param name="connectionsMax">Clients at a time.</param>
    /// <param name="heritage">Listeners that it is started with.</param>
    /// <param name="tls">Certificates, if it serves over TLS.</param>
    /// <param name="scrubs">Whether this process reads stored bytes, if one does.</param>
    /// <param name="sharesNames">Whether other processes store into the same folders.</param>
    /// <param name="shutdownAsked">Called when a tracker wants it to stop.</param>
    /// <param name="logger">The process's.</param>
    public ObjectServerOptions ToOptions(
        int connectionsMax,
        ListenerHeritage heritage,
        TlsServer? tls,
        bool scrubs,
        bool sharesNames,
        Action shutdownAsked,
        ILogger logger) => new()
    {
        Root = Root,
        HttpEndpoints = Http,
        HttpGetEndpoints = HttpGet,
        HttpsEndpoints = Https,
        HttpsGetEndpoints = HttpsGet,
        Tls = tls,
        SideChannelEndpoints = SideChannel,
        Heritage = heritage,
        Devices = new()
        {
            Sync = Sync,
            ReserveBytes = ReserveBytes,
            IsReadOnly = IsReadOnly,
            FollowsLinksOut = FollowsLinks,
            SharesNames = sharesNames,
        },
        Workers = Workers,
        ConnectionsMax = connectionsMax,
        Names = Names,
        AlwaysMd5 = AlwaysMd5,
        VerifyReads = VerifiesReads,
        Scrub = ScrubBytes > 0 ? new() { BytesPerSecond = ScrubBytes, OnlyWatches = !scrubs } : null,
        HotFilesMax = HotFiles,
        HotBytesMax = HotBytes,
        IdleTimeout = IdleTimeout,
        HeadTimeout = HeadTimeout,
        PacePeriod = PacePeriod,
        PaceBytesMin = PaceBytes,
        ShutdownAsked = shutdownAsked,
        LoadCommand = TextOf("MOG_IOSTAT_CMD"),
        UsagePeriod = UsagePeriodOf(TextOf("MOG_DISK_USAGE_INTERVAL")),
        Logger = logger,
    };

    /// <summary>cmogstored's: whole seconds, 1 or more; anything else is its default of ten.</summary>
    internal static TimeSpan UsagePeriodOf(string? text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, UsageSecondsMax))
            : TimeSpan.FromSeconds(UsageSecondsUsual);

    private static string? TextOf(string variable)
        => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;

    /// <summary>One disk that hangs holds no more than its share of them.</summary>
    private static int WorkersFor(string root)
    {
        int devices = Directory.EnumerateDirectories(root, "dev*")
            .Count(static path => DeviceSet.TryNumber(Path.GetFileName(path.AsSpan()), out _));
        return Math.Clamp(devices * WorkersOfDevice, WorkersOfDevice, WorkersUsualMax);
    }
}
