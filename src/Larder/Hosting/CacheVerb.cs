using System.Net;
using Larder.Cache.Serving;
using Larder.Events.Wire;
using Larder.Options;
using Larder.Verbs;
using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>
/// The verb <c>cache</c>: reads memcached's command line, starts a <see cref="CacheServer"/>, and waits for the wish
/// to stop. What it says and how it exits are memcached's.
/// </summary>
internal static class CacheVerb
{
    private static readonly string[] s_listenVariables = [InheritedListeners.Variable, "LISTEN_FDS"];

    /// <summary>Runs until somebody asks to stop.</summary>
    /// <param name="name">What messages call the program.</param>
    /// <param name="args">The arguments behind the verb.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(string name, string[] args)
    {
        (CacheSettings? settings, OptionExit? exit) = CacheArguments.Parse(name, args);
        exit ??= ListenResolver.Apply(settings!, Dns.GetHostAddresses) ?? ProcessSetup.Apply(settings!);
        return exit is null ? Serve(settings!) : End(exit);
    }

    private static int Serve(CacheSettings settings)
    {
        CacheServerOptions options = settings.Server;
        ILogger logger = new StderrLogger(CalledName.Default, StderrLogger.LevelOf(options.Verbosity));
        using var signals = new StopSignals(logger);
        options.Logger = logger;
        options.InheritListeners = true;
        if (settings.ShutdownEnabled)
            options.ShutdownRequested = graceful => signals.Request(graceful, "shutdown command");


        // The names are gone from the environment when the server has taken the listeners.
        bool isInheriting = s_listenVariables.Any(static name => Environment.GetEnvironmentVariable(name) is not null);
        CacheServer server;
        try
        {
            server = CacheServer.Start(options);
        }
        catch (ListenException exception)
        {
            return End(CannotListen(settings, exception, isInheriting));
        }
        catch (OutOfMemoryException)
        {
            return End(new($"failed to allocate {options.MemoryLimit >> 20} megabytes for items", ExitCode.OsError));
        }
        catch (FormatException exception)
        {
            return End(new($"failed to take over listeners: {exception.Message}", ExitCode.OsError));
        }

        using (server)
        {
            Announce(settings, server, logger);
            (bool graceful, string cause) = signals.Wait();
            HostLog.Stopping(logger, cause);
            server.Stop(graceful);
        }

        HostLog.Stopped(logger);
        return ExitCode.Success;
    }

    private static OptionExit CannotListen(
        CacheSettings settings, ListenException exception, bool isInheriting)
    {
        if (isInheriting) return new($"failed to take over listeners: {exception.Message}", ExitCode.OsError);
        string place = settings.Server.UnixSocketPath is { } path ? $"UNIX socket: {path}"
            : settings.Server.ListenText is { } text ? $"one of interface(s) {text}"
            : $"TCP port {Math.Max(settings.Port, 0)}";
        return new($"failed to listen on {place}: {ListenException.Describe(exception.Errno)}", ExitCode.OsError);
    }

    /// <summary>Tells whoever wants to know: the terminal, the log, the files that were asked for.</summary>
    private static void Announce(CacheSettings settings, CacheServer server, ILogger logger)
    {
        foreach (string warning in settings.Warnings) HostLog.Doubt(logger, warning);
        foreach (string note in settings.Notes) HostLog.Note(logger, note);

        string endpoints = string.Join(", ", server.Endpoints);
        if (logger.IsEnabled(LogLevel.Information)) HostLog.Listening(logger, endpoints);
        else if (StandardStreams.IsErrorTerminal)
            StandardStreams.Error($"{CalledName.Default}: listening on {endpoints}; Ctrl-C stops it\n");

        WriteFile(logger, "pid", settings.PidFile, ".tmp", $"{Environment.ProcessId}\n");
        string? portFile = Environment.GetEnvironmentVariable(AnnouncementFile.PortVariable);
        WriteFile(logger, "port", portFile, ".lck", AnnouncementFile.PortText(server.Endpoints.OfType<IPEndPoint>()));
    }

    private static void WriteFile(ILogger logger, string kind, string? path, string temporarySuffix, string text)
    {
        if (string.IsNullOrEmpty(path)) return;
        if (AnnouncementFile.Write(path, temporarySuffix, text) is { } reason)
            HostLog.FileNotWritten(logger, kind, path, reason);
    }

    private static int End(OptionExit exit)
    {
        _ = exit.IsAnswer ? StandardStreams.Out(exit.Text) : StandardStreams.Error($"{exit.Text}\n");
        return exit.Code;
    }
}
