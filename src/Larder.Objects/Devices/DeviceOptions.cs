namespace Larder.Objects.Devices;

/// <summary>What is the same for all devices of a store. Not changed after the start.</summary>
public sealed class DeviceOptions
{
    /// <summary>How many may be at a device at a time; 1 or more.</summary>
    public int Slots { get; init; } = 10;

    /// <summary>How many may wait for a slot; who comes then is answered 503.</summary>
    public int WaitersMax { get; init; } = 1024;

    /// <summary>Milliseconds to wait for a slot; then 503.</summary>
    public int WaitTimeoutMs { get; init; } = 30_000;

    /// <summary>Permissions of files, from which the process's umask is taken.</summary>
    public uint FileMode { get; init; } = 0x1B6;

    /// <summary>Permissions of folders, from which the process's umask is taken.</summary>
    public uint FolderMode { get; init; } = 0x1FF;

    /// <summary>Whether symbolic links may lead out of a device.</summary>
    public bool FollowsLinksOut { get; init; }

    /// <summary>What a PUT waits for.</summary>
    public SyncPolicy Sync { get; init; } = SyncPolicy.None;

    /// <summary>Bytes of free room below which nothing is stored any more (507).</summary>
    public long ReserveBytes { get; init; }

    /// <summary>Nothing is stored or removed.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>For tests: what fails or hangs.</summary>
    public IDeviceFaults? Faults { get; init; }
}
