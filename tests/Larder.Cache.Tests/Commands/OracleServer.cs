using System.Diagnostics;
using System.Net.Sockets;

namespace Larder.Cache.Tests.Commands;

/// <summary>Debian's memcached on a UNIX socket of a directory of its own; killed and removed with it.</summary>
internal sealed class OracleServer : IDisposable
{
    public const string Path = "/usr/bin/memcached";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("larder-oracle-");
    private readonly Process _process;

    public OracleServer(params string[] options)
    {
        string socket = System.IO.Path.Combine(_directory.FullName, "s");
        _process = Process.Start(Path, ["-u", "root", "-t", "1", "-s", socket, .. options]);
        EndPoint = new UnixDomainSocketEndPoint(socket);
        Client = Connect(EndPoint);
    }

    public AskingClient Client { get; }

    public UnixDomainSocketEndPoint EndPoint { get; }

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private AskingClient Connect(UnixDomainSocketEndPoint endPoint)
    {
        var clock = Stopwatch.StartNew();
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                return new AskingClient(endPoint);
            }
            catch (SocketException) when (clock.ElapsedMilliseconds < AskingClient.DeadlineMs && !_process.HasExited)
            {
                pause.Wait(5);
            }
        }
    }
}
