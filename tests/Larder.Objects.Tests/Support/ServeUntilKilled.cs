using System.Globalization;
using System.Net;
using Larder.Objects.Devices;
using Larder.Objects.Serving;

namespace Larder.Objects.Tests.Support;

/// <summary>
/// Not a test: the server of <see cref="Serving.KilledServerTests"/>, in a process of its own that is killed.
/// </summary>
public sealed class ServeUntilKilled
{
    /// <summary>Tells the root in the environment.</summary>
    public const string RootVariable = "LARDER_TEST_OBJECTS_ROOT";

    /// <summary>Below the root, where the port is told.</summary>
    public const string PortFile = "port";

    [Fact(Explicit = true)]
    public void Until_input_ends()
    {
        string root = Environment.GetEnvironmentVariable(RootVariable)!;
        using ObjectServer server = ObjectServer.Start(new ObjectServerOptions
        {
            Root = root,
            HttpEndpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            Devices = new DeviceOptions { Sync = SyncPolicy.Group },
            Workers = 4,
        });
        string port = ((IPEndPoint)server.Endpoints[0]).Port.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(Path.Join(root, PortFile + ".new"), port);
        File.Move(Path.Join(root, PortFile + ".new"), Path.Join(root, PortFile));
        Console.In.ReadToEnd();
    }
}
