using Larder.Objects.Devices;
using Larder.Objects.Digesting;
using Larder.Objects.Load;
using Larder.Objects.Scrubbing;

namespace Larder.Objects.Serving;

/// <summary>What all connections of a store share. Immutable but for what guards itself.</summary>
internal sealed class ObjectEngine
{
    private volatile bool _isStopping;

    public ObjectEngine(ObjectServerOptions options)
    {
        Options = options;
        HeadTimeoutMs = ToMs(options.HeadTimeout);
        PacePeriodMs = ToMs(options.PacePeriod);
        Devices = new DeviceSet(options.Root, options.Devices);
        HotFiles = new HotFiles(options.HotFilesMax, options.HotBytesMax);
    }

    public ObjectServerOptions Options { get; }

    /// <summary>Milliseconds for a head.</summary>
    public int HeadTimeoutMs { get; }

    /// <summary>Milliseconds in which a client must go on.</summary>
    public int PacePeriodMs { get; }

    public DeviceSet Devices { get; }

    public HotFiles HotFiles { get; }

    /// <summary>Who may check a file system.</summary>
    public FsckQueues FsckQueues { get; } = new();

    /// <summary>Pauses and resumes the scrubbing of stored bytes, and tells how far it is.</summary>
    public ScrubControl Scrub { get; } = new();

    /// <summary>The disks' load, and who watches it.</summary>
    public LoadReports Load { get; } = new();

    /// <summary>True from the moment that the store is told to stop; any thread.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    /// <summary>Has usage files written now; set before the first client comes.</summary>
    public Action WriteUsage { get; set; } = static () => { };

    /// <summary>Changes the number of threads that serve; set before the first client comes.</summary>
    public Action<int> SetWorkers { get; set; } = static _ => { };

    /// <summary>Milliseconds of a time, as far as a timer can be set.</summary>
    public static int ToMs(TimeSpan time) => (int)Math.Clamp(time.TotalMilliseconds, 0, int.MaxValue);
}
