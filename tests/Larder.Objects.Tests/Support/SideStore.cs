using System.Net;
using Larder.Objects.Serving;

namespace Larder.Objects.Tests.Support;

/// <summary>A store with a side-channel on a folder of its own, with two devices.</summary>
internal sealed class SideStore : IDisposable
{
    public SideStore(Func<string, ObjectServerOptions>? options = null)
    {
        Root = Directory.CreateTempSubdirectory("larder-side-").FullName;
        Directory.CreateDirectory(PathOf("dev1"));
        Directory.CreateDirectory(PathOf("dev2"));
        Server = ObjectServer.Start(options?.Invoke(Root) ?? new ObjectServerOptions
        {
            Root = Root,
            HttpEndpoints = [Loopback],
            SideChannelEndpoints = [Loopback],
            Workers = 4,
        });
    }

    public static IPEndPoint Loopback => new(IPAddress.Loopback, 0);

    public string Root { get; }

    public ObjectServer Server { get; }

    public string PathOf(string path) => Path.Join(Root, path);

    public RawClient Http() => new(Server.Endpoints[0]);

    public RawClient Side() => new(Server.Endpoints[^1]);

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
