using Larder.Objects.Devices;

namespace Larder.Objects.Serving;

/// <summary>What all connections of a store share. Immutable but for what guards itself.</summary>
internal sealed class ObjectEngine
{
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

    /// <summary>Milliseconds of a time, as far as a timer can be set.</summary>
    public static int ToMs(TimeSpan time) => (int)Math.Clamp(time.TotalMilliseconds, 0, int.MaxValue);
}
