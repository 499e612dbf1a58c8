using System.Net;
using Larder.Objects.Devices;
using Larder.Objects.Scrubbing;
using Larder.Objects.Serving;
using Larder.Protocol.Http;

namespace Larder.Objects.Tests.Support;

/// <summary>An object store on a folder and a loopback port of its own, with two devices.</summary>
internal sealed class TestStore : IDisposable
{
    public TestStore(DeviceOptions? devices = null, HttpNames names = HttpNames.Narrow, int hotFiles = 100,
        int workers = 4, bool alwaysMd5 = false, string? root = null,
        bool verifyReads = false, ScrubOptions? scrub = null)
        : this(folder => new ObjectServerOptions
        {
            Root = folder,
            HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            HttpGetEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            Devices = devices ?? new DeviceOptions(),
            Names = names,
            HotFilesMax = hotFiles,
            Workers = workers,
            AlwaysMd5 = alwaysMd5,
            VerifyReads = verifyReads,
            Scrub = scrub,
        }, root)
    {
    }

    /// <param name="optionsOf">Makes the options of a root.</param>
    /// <param name="root">An empty folder, which is removed in the end; null makes one.</param>
    public TestStore(Func<string, ObjectServerOptions> optionsOf, string? root = null)
    {
        Root = root ?? Directory.CreateTempSubdirectory("larder-objects-").FullName;
        Directory.CreateDirectory(PathOf("dev1"));
        Directory.CreateDirectory(PathOf("dev2"));
        Server = ObjectServer.Start(optionsOf(Root));
    }

    public string Root { get; }

    public ObjectServer Server { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Server.Endpoints[0];

    public IPEndPoint GetEndPoint => (IPEndPoint)Server.Endpoints[1];

    public string PathOf(string path) => Path.Join(Root, path);

    public RawClient Connect() => new(EndPoint);

    /// <summary>A second server on the same root, as another process has it.</summary>
    public ObjectServer Beside(DeviceOptions devices) => ObjectServer.Start(new ObjectServerOptions
    {
        Root = Root,
        HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        Devices = devices,
        Workers = 4,
    });

    /// <summary>All files below the devices, by their paths below the root.</summary>
    public string[] Files()
        => [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
