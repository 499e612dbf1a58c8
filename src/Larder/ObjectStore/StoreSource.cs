using System.Globalization;
using System.Net;
using Larder.Objects.Devices;
using Larder.Protocol.Http;

namespace Larder.ObjectStore;

/// <summary>
/// What one source says, the command line or a config file, word for word where it must be compared with another;
/// null and empty stand for what it does not say.
/// </summary>
internal sealed class StoreSource
{
    /// <summary>A day: longer times are mistakes.</summary>
    private const int SecondsMax = 86_400;

    private const int HotFilesMax = 1_000_000;

    private const int PaceBytesMax = 1 << 30;

    public string? Docroot { get; private set; }

    public string? PidFile { get; private set; }

    public List<IPEndPoint> Http { get; } = [];

    public List<IPEndPoint> HttpGet { get; } = [];

    public List<IPEndPoint> Https { get; } = [];

    public List<IPEndPoint> HttpsGet { get; } = [];

    public List<IPEndPoint> SideChannel { get; } = [];

    public StoreTlsSource Tls { get; } = new();

    public int? ConnectionsMax { get; private set; }

    public bool IsDaemon { get; private set; }

    /// <summary>Whether HTTP is served at all; not so with <c>server = none</c>.</summary>
    public bool? ServesHttp { get; private set; }

    public int? WorkerProcesses { get; private set; }

    public HttpNames? Names { get; private set; }

    public SyncPolicy? Sync { get; private set; }

    public long? ReserveBytes { get; private set; }

    public bool IsReadOnly { get; private set; }

    public bool? AlwaysMd5 { get; private set; }

    public bool FollowsLinks { get; private set; }

    public bool VerifiesReads { get; private set; }

    public long? ScrubBytes { get; private set; }

    public int? HotFiles { get; private set; }

    public long? HotBytes { get; private set; }

    public int? Workers { get; private set; }

    public int? IdleSeconds { get; private set; }

    public int? HeadSeconds { get; private set; }

    public int? PaceSeconds { get; private set; }

    public int? PaceBytes { get; private set; }

    public int? DrainSeconds { get; private set; }

    /// <summary>What is accepted and yet deserves a word.</summary>
    public List<string> Warnings { get; } = [];

    public bool HasListener => Http.Count + HttpGet.Count + SideChannel.Count > 0 || HasTlsListener;

    public bool HasTlsListener => Https.Count + HttpsGet.Count > 0;

    /// <summary>Applies one key.</summary>
    /// <param name="key">As in <see cref="StoreOptionTable"/>.</param>
    /// <param name="value">Its value; empty for those that take none.</param>
    /// <param name="error">What is wrong with the value, or null.</param>
    /// <returns>Whether there is such a key.</returns>
    public bool TryApply(string key, string value, out string? error)
    {
        error = null;
        switch (key)
        {
            case "docroot": Docroot = value; break;
            case "pidfile": PidFile = value; break;
            case "daemonize": IsDaemon = true; break;
            case "readonly": IsReadOnly = true; break;
            case "follow-links": FollowsLinks = true; break;
            case "check-reads": VerifiesReads = true; break;
            case "httplisten": error = AddListener(Http, key, value); break;
            case "httpgetlisten": error = AddListener(HttpGet, key, value); break;
            case "httpslisten": error = AddListener(Https, key, value); break;
            case "httpsgetlisten": error = AddListener(HttpsGet, key, value); break;
            case "mgmtlisten": error = AddListener(SideChannel, key, value); break;
            case "server": error = ApplyServer(value); break;
            case "serverbin": Warnings.Add($"serverbin={value} ignored: HTTP is served by this process"); break;
            case "names" or "sync" or "digests": error = ApplyWord(key, value); break;
            case "reserve" or "hot-bytes" or "scrub": error = ApplySize(key, value); break;
            case "maxconns" or "worker-processes" or "hot-files" or "workers" or "idle" or "drain" or "head-timeout"
                or "pace-period" or "pace-bytes":
                error = ApplyNumber(key, value);
                break;
            default: return StoreTlsSource.Knows(key) && TryApplyTls(key, value, out error);
        }

        return true;
    }

    private bool TryApplyTls(string key, string value, out string? error)
    {
        bool isKnown = Tls.TryApply(key, value, out string? wanted);
        error = wanted is null ? null : Invalid(key, value, wanted);
        return isKnown;
    }

    private static string? AddListener(List<IPEndPoint> listeners, string key, string value)
    {
        if (ListenText.Read(value) is not { } endpoint)
            return Invalid(key, value, "[IP:]PORT with a numeric address, [IPv6]:PORT");

        listeners.Add(endpoint);
        return null;
    }

    private string? ApplyServer(string value)
    {
        switch (value)
        {
            case "none": ServesHttp = false; return null;
            case "perlbal":
                ServesHttp = true;
                Warnings.Add("server=perlbal: HTTP is served by this process");
                return null;
            default: return Invalid("server", value, "perlbal or none");
        }
    }

    private string? ApplyWord(string key, string value)
    {
        switch (key, value)
        {
            case ("names", "narrow"): Names = HttpNames.Narrow; return null;
            case ("names", "wide"): Names = HttpNames.Wide; return null;
            case ("sync", "none"): Sync = SyncPolicy.None; return null;
            case ("sync", "data"): Sync = SyncPolicy.Data; return null;
            case ("sync", "group"): Sync = SyncPolicy.Group; return null;
            case ("digests", "crc32c"): AlwaysMd5 = false; return null;
            case ("digests", "md5"): AlwaysMd5 = true; return null;
            default:
                string words = StoreOptionTable.All.First(
                    option => string.Equals(option.Name, key, StringComparison.Ordinal)).Argument!;
                return Invalid(key, value, words.Replace("|", " or ", StringComparison.Ordinal));
        }
    }

    private string? ApplySize(string key, string value)
    {
        if (SizeText.Read(value) is not { } bytes) return Invalid(key, value, "BYTES, or with K, M, G or T behind");
        switch (key)
        {
            case "reserve": ReserveBytes = bytes; break;
            case "scrub": ScrubBytes = bytes; break;
            default: HotBytes = bytes; break;
        }

        return null;
    }

    private string? ApplyNumber(string key, string value)
    {
        (int min, int max) = key switch
        {
            "maxconns" => (1, int.MaxValue / 2),
            "worker-processes" => (0, StoreSettings.WorkerProcessesMax),
            "hot-files" => (0, HotFilesMax),
            "workers" => (1, StoreSettings.WorkersMax),
            "head-timeout" or "pace-period" => (1, SecondsMax),
            "pace-bytes" => (0, PaceBytesMax),
            _ => (0, SecondsMax),
        };
        bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        if (!isNumber || number < min || number > max)
            return Invalid(key, value, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));

        switch (key)
        {
            case "maxconns": ConnectionsMax = number; break;
            case "worker-processes": WorkerProcesses = number; break;
            case "hot-files": HotFiles = number; break;
            case "workers": Workers = number; break;
            case "idle": IdleSeconds = number; break;
            case "head-timeout": HeadSeconds = number; break;
            case "pace-period": PaceSeconds = number; break;
            case "pace-bytes": PaceBytes = number; break;
            default: DrainSeconds = number; break;
        }

        return null;
    }

    private static string Invalid(string key, string value, string wanted) =>
        $"invalid {key}={value}: it must be {wanted}";
}
