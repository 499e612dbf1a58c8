using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Larder.Hosting;

/// <summary>
/// Tells systemd, or whoever passes a socket in NOTIFY_SOCKET, what the service does (sd_notify(3)); without the
/// variable it tells nobody. One thread.
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogProcessVariable = "WATCHDOG_PID";

    private readonly Socket? _socket;

    private ServiceNotifier(Socket? socket, int watchdogPeriodMs)
    {
        _socket = socket;
        WatchdogPeriodMs = watchdogPeriodMs;
    }

    /// <summary>
    /// Milliseconds between two signs of life, half of what the supervisor waits for (sd_watchdog_enabled(3)); -1 when
    /// it waits for none.
    /// </summary>
    public int WatchdogPeriodMs { get; }

    /// <summary>The notifier of this process.</summary>
    public static ServiceNotifier FromEnvironment() => Create(Environment.GetEnvironmentVariable);

    /// <summary>The notifier that an environment asks for.</summary>
    public static ServiceNotifier Create(Func<string, string?> read)
    {
        Socket? socket = read(SocketVariable) is { Length: > 1 } path ? Connect(path) : null;
        return new(socket, socket is null ? -1 : WatchdogPeriod(read));
    }

    /// <summary>
    /// Names that hold for this process only: a new version that takes over has another id, and systemd waits for its
    /// signs of life without naming it again.
    /// </summary>
    public static void RemoveProcessNames(IDictionary<string, string> environment) =>
        environment.Remove(WatchdogProcessVariable);

    /// <summary>The server serves; the process with this id is the service from now on.</summary>
    public void Ready(int processId) =>
        Send(string.Create(CultureInfo.InvariantCulture, $"MAINPID={processId}\nREADY=1"));

    /// <summary>Files are being read again, or a new version is being started.</summary>
    public void Reloading() =>
        Send(string.Create(
            CultureInfo.InvariantCulture,
            $"RELOADING=1\nMONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}"));

    public void Stopping() => Send("STOPPING=1");

    public void Alive() => Send("WATCHDOG=1");

    public void Dispose() => _socket?.Dispose();

    /// <summary>A path, or with an @ before it a name in the abstract namespace (unix(7)).</summary>
    private static Socket? Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path));
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket.Dispose(); // a stale variable: nobody listens, so nobody waits for what we tell
            return null;
        }
    }

    private static int WatchdogPeriod(Func<string, string?> read)
    {
        string self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool isOurs = read(WatchdogProcessVariable) is not { } process
            || string.Equals(process, self, StringComparison.Ordinal);
        bool isNumber = long.TryParse(
            read(WatchdogVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds);
        return isOurs && isNumber && microseconds > 0 ? (int)Math.Clamp(microseconds / 2000, 1, int.MaxValue) : -1;
    }

    /// <summary>A supervisor that has gone hears nothing, and there is nobody else to tell.</summary>
    private void Send(string text)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(text));
        }
        catch (SocketException exception)
        {
            StandardStreams.Error($"{Verbs.CalledName.Default}: sd_notify: {exception.Message}\n");
        }
    }
}
