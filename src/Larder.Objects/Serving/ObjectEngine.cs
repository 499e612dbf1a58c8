using Larder.Objects.Devices;

namespace Larder.Objects.Serving;

/// <summary>What all connections of a store share. Immutable but for what guards itself.</summary>
internal sealed class ObjectEngine
{
    public ObjectEngine(ObjectServerOptions options)
    {
        Options = options;
        Devices = new DeviceSet(options.Root, options.Devices);
        HotFiles = new HotFiles(options.HotFilesMax, options.HotBytesMax);
    }

    public ObjectServerOptions Options { get; }

    public DeviceSet Devices { get; }

    public HotFiles HotFiles { get; }
}
