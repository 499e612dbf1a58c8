using System.Diagnostics;
using System.Globalization;
using Larder.Client.Routing;

namespace Larder.Client.Tests.Support;

/// <summary>
/// Debian's memcached on an ephemeral port, which it keeps when it is started again. Ended by its own pid.
/// </summary>
internal sealed class Memcached : IDisposable
{
    public const string Program = "/usr/bin/memcached";

    private const string PortWord = "TCP INET: ";

    private readonly string[] _arguments;
    private readonly KeyValuePair<string, string>[] _environment;
    private Process _process;
    private bool _isKilled;

    /// <param name="arguments">More arguments than it needs.</param>
    /// <param name="environment">Variables of its own.</param>
    public Memcached(string[]? arguments = null, params KeyValuePair<string, string>[] environment)
    {
        _arguments = arguments ?? [];
        _environment = environment;
        (_process, Port) = Start("-1");
    }

    /// <summary>Why it cannot be used on this machine, or null.</summary>
    public static string? MissingBecause { get; } =
        File.Exists(Program) ? null : $"{Program} is not installed (apt-get install memcached)";

    public int Port { get; }

    public ServerAddress Address => new("127.0.0.1", Port);

    /// <summary>SIGKILL: connections are reset, new ones refused.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _isKilled = true;
    }

    /// <summary>After <see cref="Kill"/>: empty, on the same port.</summary>
    public void StartAgain()
    {
        (_process, _) = Start(Port.ToString(CultureInfo.InvariantCulture));
        _isKilled = false;
    }

    /// <summary>SIGSTOP: connections are accepted by the kernel and never answered.</summary>
    public void Freeze() => Signal("-STOP");

    public void Thaw() => Signal("-CONT");

    public void Dispose()
    {
        if (!_isKilled) Kill();
    }

    private (Process Process, int Port) Start(string port)
    {
        string path = Path.Combine(Path.GetTempPath(), $"larder-client-port-{Guid.NewGuid():N}");
        // Redirected, so that it does not hold the output of the tests open.
        ProcessStartInfo info = new(Program, ["-u", "root", "-l", "127.0.0.1", "-p", port, "-t", "1", .. _arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["MEMCACHED_PORT_FILENAME"] = path;
        foreach ((string name, string value) in _environment) info.Environment[name] = value;
        Process process = Process.Start(info)!;
        var clock = Stopwatch.StartNew();
        using ManualResetEventSlim pause = new();
        try
        {
            while (true)
            {
                string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
                string? line = Array.Find(lines, static each => each.StartsWith(PortWord, StringComparison.Ordinal));
                if (line is not null)
                    return (process, int.Parse(line.AsSpan(PortWord.Length), CultureInfo.InvariantCulture));
                if (process.HasExited || clock.Elapsed > Clients.Patience)
                    throw new InvalidOperationException("memcached did not start");
                pause.Wait(2);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private void Signal(string signal)
    {
        using Process kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
