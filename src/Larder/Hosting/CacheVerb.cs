using System.Net;
using Larder.Cache.Serving;
using Larder.Events.Native;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Larder.Options;
using Larder.Verbs;
using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>
/// The verb <c>cache</c>: reads memcached's command line, starts a <see cref="CacheServer"/>, and looks after it
/// (<see cref="ServerLife"/>). What it says and how it exits are memcached's.
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
        int? readyDescriptor = ReadyPipe.FromEnvironment();
        (CacheSettings? settings, OptionExit? exit) = CacheArguments.Parse(name, args);
        if (exit is not null) return End(exit);
        var image = ProcessImage.Read();
        if (settings!.IsDaemon && readyDescriptor is null)
            return DaemonStart.Run(image) is { } failure ? End(failure) : ExitCode.Success;

        exit = ListenResolver.Apply(settings, Dns.GetHostAddresses);
        if (exit is not null) return End(exit);
        try
        {
            // Before the user of -u, who may not read the key.
            using TlsServer? tls = settings.Tls.IsEnabled ? TlsServer.Load(settings.Tls.ToOptions()) : null;
            settings.Server.Tls = tls;
            exit = EntryFiles.Load(settings, Environment.GetEnvironmentVariable) ?? ProcessSetup.Apply(settings);
            return exit is null ? Serve(settings, image, readyDescriptor) : End(exit);
        }
        catch (TlsException exception)
        {
            return End(new(exception.Message, ExitCode.Usage));
        }
    }

    private static int Serve(CacheSettings settings, ProcessImage image, int? readyDescriptor)
    {
        CacheServerOptions options = settings.Server;
        var logger = new StderrLogger(CalledName.Default, StderrLogger.LevelOf(options.Verbosity));
        using var events = new HostEvents();
        options.Logger = logger;
        options.InheritListeners = true;
        options.VerboseOutput = StandardStreams.Error;
        options.VerbosityChanged = level => logger.Least = StderrLogger.LevelOf(level);
        if (settings.ShutdownEnabled)
        {
            options.ShutdownRequested = graceful =>
                events.Post(graceful ? HostEvent.Drain : HostEvent.Stop, "shutdown command");
        }

        (CacheServer? server, OptionExit? exit) = Start(settings);
        if (server is null) return End(exit!);
        using (server)
        using (var notifier = ServiceNotifier.FromEnvironment())
        {
            foreach (Listener listener in server.Driver.Listeners) listener.TakeOver();
            PidFile? pidFile = Announce(settings, server, logger);
            if (settings.IsDaemon) ProcessSetup.LeaveTerminal(settings);
            if (readyDescriptor is { } descriptor) ReadyPipe.Tell(descriptor);
            notifier.Ready(Environment.ProcessId);

            var hooks = new ReloadHooks(logger);
            if (options.Tls is { } tls) hooks.Add("certificates", tls.Reload);
            EntryFiles.AddTo(hooks, options);
            var life = new ServerLife(server, events, notifier, hooks, logger)
            {
                Image = image,
                DrainTimeout = settings.DrainTimeout,
                PidFile = pidFile,
            };
            life.Run();
            pidFile?.Remove();
        }

        HostLog.Stopped(logger);
        return ExitCode.Success;
    }

    private static (CacheServer? Server, OptionExit? Exit) Start(CacheSettings settings)
    {
        // The names are gone from the environment when the server has taken the listeners.
        bool isInheriting = s_listenVariables.Any(static name => Environment.GetEnvironmentVariable(name) is not null);
        try
        {
            return (CacheServer.Start(settings.Server), null);
        }
        catch (ListenException exception)
        {
            return (null, CannotListen(settings, exception, isInheriting));
        }
        catch (OutOfMemoryException)
        {
            long megabytes = settings.Server.MemoryLimit >> 20;
            return (null, new($"failed to allocate {megabytes} megabytes for items", ExitCode.OsError));
        }
        catch (FormatException exception)
        {
            return (null, new($"failed to take over listeners: {exception.Message}", ExitCode.OsError));
        }
    }

    private static OptionExit CannotListen(
        CacheSettings settings, ListenException exception, bool isInheriting)
    {
        if (isInheriting) return new($"failed to take over listeners: {exception.Message}", ExitCode.OsError);
        string? path = settings.Server.UnixSocketPath;
        string place = string.Equals(path, exception.Address, StringComparison.Ordinal) ? $"UNIX socket: {path}"
            : settings.Server.ListenText is { } text ? $"one of interface(s) {text}"
            : $"TCP port {Math.Max(settings.Port, 0)}";
        return new($"failed to listen on {place}: {ListenException.Describe(exception.Errno)}", ExitCode.OsError);
    }

    /// <summary>
    /// Tells whoever wants to know: the files that were asked for, the log, the terminal. Where it listens comes last,
    /// for those who wait for it.
    /// </summary>
    private static PidFile? Announce(CacheSettings settings, CacheServer server, StderrLogger logger)
    {
        foreach (string warning in settings.Warnings) HostLog.Doubt(logger, warning);
        foreach (string note in settings.Notes) HostLog.Note(logger, note);

        string? portFile = Environment.GetEnvironmentVariable(AnnouncementFile.PortVariable);
        string ports = AnnouncementFile.PortText(server.Endpoints.OfType<IPEndPoint>(), server.UdpEndpoints);
        if (!string.IsNullOrEmpty(portFile) && AnnouncementFile.Write(portFile, ".lck", ports) is { } reason)
            HostLog.FileNotWritten(logger, "port", portFile, reason);
        PidFile? pidFile = string.IsNullOrEmpty(settings.PidFile) ? null : PidFile.Write(settings.PidFile, logger);

        string endpoints = string.Join(
            ", ", [.. server.Endpoints, .. server.UdpEndpoints.Select(static each => $"udp:{each}")]);
        if (logger.IsEnabled(LogLevel.Information)) HostLog.Listening(logger, endpoints);
        else if (StandardStreams.IsErrorTerminal)
            StandardStreams.Error($"{CalledName.Default}: listening on {endpoints}; Ctrl-C stops it\n");
        return pidFile;
    }

    private static int End(OptionExit exit)
    {
        _ = exit.IsAnswer ? StandardStreams.Out(exit.Text) : StandardStreams.Error($"{exit.Text}\n");
        return exit.Code;
    }
}
