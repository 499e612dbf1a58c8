using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Larder.Hosting;
using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>
/// Messages to the system's log (syslog(3): facility DAEMON, a name and the process id), and until the process is a
/// daemon also to the standard error. Where no log listens they are lost there, as with syslog(3). A socket for each
/// message: there are few, and so nothing is shared between threads and nothing breaks when the log is started anew.
/// </summary>
/// <param name="ident">What messages call the program.</param>
/// <param name="path">The socket of the system's log.</param>
internal sealed class SystemLogger(string ident, string path = SystemLogger.DefaultPath) : ILogger
{
    /// <summary>Where Linux's log daemons listen.</summary>
    public const string DefaultPath = "/dev/log";

    private const int FacilityDaemon = 3 << 3; // LOG_DAEMON

    private readonly string _ident = string.Create(CultureInfo.InvariantCulture, $"{ident}[{Environment.ProcessId}]");
    private StderrLogger? _copy = new(
        string.Create(CultureInfo.InvariantCulture, $"{ident}[{Environment.ProcessId}]"), LogLevel.Information);

    /// <summary>From now on only the system's log gets messages; the starting thread.</summary>
    public void LeaveTerminal() => Volatile.Write(ref _copy, null);

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        Volatile.Read(ref _copy)?.Log(logLevel, eventId, state, exception, formatter);
        string cause = exception is null ? "" : $": {exception}";
        DateTime now = TimeProvider.System.GetLocalNow().DateTime;
        Send(Format(logLevel, now, _ident, $"{formatter(state, exception)}{cause}"));
    }

    /// <summary>A message as syslog(3) writes it to the log's socket.</summary>
    public static string Format(LogLevel level, DateTime time, string ident, string text)
    {
        int severity = level switch
        {
            LogLevel.Critical => 2,
            LogLevel.Error => 3,
            LogLevel.Warning => 4,
            LogLevel.Information => 6,
            _ => 7,
        };
        string day = time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<{FacilityDaemon + severity}>{time:MMM} {day} {time:HH:mm:ss} {ident}: {text}");
    }

    private void Send(string message)
    {
        if (!File.Exists(path)) return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Blocking = false; // a log that hangs must not hold who serves
            socket.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            return; // nobody listens, it hangs, or no descriptor is left: there is nobody else to tell
        }
    }
}
