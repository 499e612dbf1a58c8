namespace Larder.Objects.Devices;

/// <summary>What is the same for all devices of a store. Not changed after the start.</summary>
public sealed class DeviceOptions
{
    /// <summary>
    /// How many may be at a device at a time; 0 divides the workers among the devices (<see cref="SlotShare"/>).
    /// </summary>
    public int Slots { get; init; }

    /// <summary>How many may wait for a slot; who comes then is answered 503.</summary>
    public int WaitersMax { get; init; } = 10_000;

    /// <summary>Milliseconds to wait for a slot; then 503.</summary>
    public int WaitTimeoutMs { get; init; } = 30_000;

    /// <summary>Permissions of files, from which the process's umask is taken.</summary>
    public uint FileMode { get; init; } = 0x1B6;

    /// <summary>Permissions of folders, from which the process's umask is taken.</summary>
    public uint FolderMode { get; init; } = 0x1FF;

    /// <summary>Whether symbolic links may lead out of a device.</summary>
    public bool FollowsLinksOut { get; init; }

    /// <summary>
    /// Whether other processes store and remove as well, with this same option: then conditions hold against them, too
    /// (<see cref="NameLocks"/>).
    /// </summary>
    public bool SharesNames { get; init; }

    /// <summary>What a PUT waits for.</summary>
    public SyncPolicy Sync { get; init; } = SyncPolicy.None;

    /// <summary>Bytes of free room below which nothing is stored any more (507).</summary>
    public long ReserveBytes { get; init; }

    /// <summary>Nothing is stored or removed.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// Errors by the device's fault within <see cref="WindowMs"/> that take it out of service. One or two may be bad
    /// sectors below one file; a third means more than that.
    /// </summary>
    public int ErrorsMax { get; init; } = 3;

    /// <summary>Milliseconds over which errors and latencies are judged.</summary>
    public int WindowMs { get; init; } = 60_000;

    /// <summary>
    /// Milliseconds after which an operation that has not ended takes a device out of service. Disks for servers give
    /// a sector up after 7 s.
    /// </summary>
    public int HangMs { get; init; } = 10_000;

    /// <summary>The same for syncs, which may have gigabytes to write.</summary>
    public int SyncHangMs { get; init; } = 60_000;

    /// <summary>
    /// Mean milliseconds of an operation, syncs left out, that take a device out of service. A good disk takes 10 ms
    /// with nobody before it, and at most ten are before one.
    /// </summary>
    public int SlowMs { get; init; } = 1_000;

    /// <summary>Operations within <see cref="WindowMs"/> below which their mean says nothing.</summary>
    public int SlowOperationsMin { get; init; } = 20;

    /// <summary>Milliseconds between probes of a device that is out of service.</summary>
    public int ProbePeriodMs { get; init; } = 5_000;

    /// <summary>Probes that must succeed in a row: one good answer between two bad ones is no recovery.</summary>
    public int ProbesNeeded { get; init; } = 3;

    /// <summary>
    /// Milliseconds after which a device is looked at again: its folder, its free room. As often as trackers look.
    /// </summary>
    public int CarePeriodMs { get; init; } = 1_000;

    /// <summary>For tests: what fails or hangs.</summary>
    public IDeviceFaults? Faults { get; init; }
}
