using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Larder.Cache.Tests.Commands;

/// <summary>Debian's memcached on a UNIX socket of a directory of its own; killed and removed with it.</summary>
internal sealed class OracleServer : IDisposable
{
    public const string Path = "/usr/bin/memcached";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("larder-oracle-");
    private readonly Process _process;

    public OracleServer(params string[] options)
        : this(null, options)
    {
    }

    /// <param name="said">Gets the lines of its standard error; null: they go to the test's.</param>
    /// <param name="options">Further options.</param>
    public OracleServer(Action<string>? said, params string[] options)
    {
        string socket = System.IO.Path.Combine(_directory.FullName, "s");
        var start = new ProcessStartInfo(Path, ["-u", "root", "-t", "1", "-s", socket, .. options])
        {
            RedirectStandardError = said is not null,
            StandardErrorEncoding = said is not null ? Encoding.Latin1 : null,
        };
        _process = Process.Start(start)!;
        if (said is not null)
        {
            _process.ErrorDataReceived += (_, line) => said(line.Data ?? "");
            _process.BeginErrorReadLine();
        }
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
