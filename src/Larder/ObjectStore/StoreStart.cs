using System.Net;
using Larder.Events.Native;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Larder.Hosting;
using Larder.Objects.Serving;
using Larder.Verbs;
using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>
/// From settings to a store that serves: a process that serves itself, a master with its workers, or a worker.
/// </summary>
/// <param name="settings">What the command line and the files say.</param>
/// <param name="image">How this process was started.</param>
/// <param name="worker">Which worker it is; null if it is none.</param>
/// <param name="name">What the log and the process's title call the program.</param>
internal sealed class StoreStart(StoreSettings settings, ProcessImage image, WorkerIdentity? worker, string name)
{
    /// <summary>What the runtime, the log and the threads have open beside clients and files.</summary>
    private const int ReservedDescriptors = 256;

    private readonly SystemLogger _logger = new(name);

    private bool IsMaster => worker is null && settings.WorkerProcesses > 0;

    /// <summary>Serves until somebody asks to stop; the exit code.</summary>
    /// <param name="readyDescriptor">Where it is told that it serves, or null.</param>
    public int Run(int? readyDescriptor)
    {
        using var events = HostEvents.ForStore(isWorker: worker is not null);
        using var heritage = StoreHeritage.FromEnvironment();
        MakeRoom();
        int predecessor = heritage.IsUpgrade ? ProcessControl.ParentId : 0;
        using var certificates = StoreCertificates.Load(settings.Services);
        IStoreWork? work = IsMaster
            ? StartWorkers(heritage, certificates, events)
            : StartServers(heritage, certificates, events);
        if (work is null) return ExitCode.Failure;
        using (work)
        using (var notifier = worker is null ? ServiceNotifier.FromEnvironment() : ServiceNotifier.Create(_ => null))
        {
            PidFile? pidFile = Announce(work, heritage);
            if (readyDescriptor is { } descriptor) ReadyPipe.Tell(descriptor);
            notifier.Ready(Environment.ProcessId);
            if (worker is not null && !ProcessControl.SignalAtParentsEnd(worker.MasterId, ProcessStart.Terminate))
                events.Post(HostEvent.Drain, "the master has ended");

            var upgrade = new StoreUpgrade(image, pidFile, events, _logger);
            var hooks = new ReloadHooks(_logger);
            if (certificates.Any) hooks.Add("certificates", () => Reload(certificates, work));
            var life = new StoreLife(work, upgrade, events, notifier, hooks, _logger)
            {
                StoppingTitle = $"{name}, shutting down",
                DrainTimeout = settings.DrainTimeout,
                IsWorker = worker is not null,
                PredecessorId = predecessor,
            };
            life.Run();
            pidFile?.Remove();
        }

        HostLog.Stopped(_logger);
        return ExitCode.Success;
    }

    /// <summary>Descriptors for all clients; where the system gives fewer, fewer clients are served.</summary>
    private void MakeRoom()
    {
        long count = (long)settings.ConnectionsMax + settings.Services.Sum(static each => each.HotFiles);
        SysResult result = ProcessControl.RaiseDescriptorLimit(count + ReservedDescriptors);
        if (result.IsError)
        {
            HostLog.Doubt(
                _logger,
                $"no {count + ReservedDescriptors} descriptors for maxconns={settings.ConnectionsMax}: "
                    + ListenException.Describe(result.Errno));
        }
    }

    private LocalWork StartServers(StoreHeritage heritage, StoreCertificates certificates, HostEvents events)
    {
        List<ObjectServer> servers = [];
        try
        {
            for (int i = 0; i < settings.Services.Count; i++)
            {
                servers.Add(ObjectServer.Start(settings.Services[i].ToOptions(
                    settings.ConnectionsMax,
                    heritage.Listeners,
                    certificates[i],
                    scrubs: worker is null or { Number: 1 }, // one of them reads each disk
                    sharesNames: worker is not null,
                    () => StopAsked(events),
                    _logger)));
            }
        }
        catch (ListenException)
        {
            foreach (ObjectServer server in servers) server.Dispose();
            throw;
        }

        return new(servers, events, settings.DrainTimeout, _logger);
    }

    /// <summary>Workers read files only that were good for their master.</summary>
    private static string? Reload(StoreCertificates certificates, IStoreWork work)
    {
        string? reason = certificates.Reload();
        if (reason is null) work.Reload();
        return reason;
    }

    /// <summary>A tracker's <c>shutdown</c> is for the whole service: a worker hands it on to its master.</summary>
    private void StopAsked(HostEvents events)
    {
        if (worker is null) events.Post(HostEvent.Drain, "shutdown on the side-channel");
        else ProcessStart.Signal(worker.MasterId, ProcessStart.Terminate);
    }

    private WorkerSet? StartWorkers(StoreHeritage heritage, StoreCertificates certificates, HostEvents events)
    {
        List<Listener> listeners = [];
        for (int i = 0; i < settings.Services.Count; i++)
        {
            ServiceSettings service = settings.Services[i];
            Listen(service.Http, ListenerRole.Http);
            Listen(service.HttpGet, ListenerRole.HttpGet);
            Listen(service.Https, ListenerRole.Http, certificates[i]);
            Listen(service.HttpsGet, ListenerRole.HttpGet, certificates[i]);
            Listen(service.SideChannel, ListenerRole.SideChannel);
        }

        var workers = new WorkerSet(image, listeners, settings.DrainTimeout, events, _logger);
        if (workers.Start(settings.WorkerProcesses)) return workers;
        workers.Dispose();
        return null;

        void Listen(IEnumerable<IPEndPoint> endpoints, ListenerRole role, TlsServer? tls = null)
        {
            foreach (IPEndPoint endpoint in endpoints)
            {
                var address = new ListenAddress.Tcp(endpoint.Address, endpoint.Port);
                var options = new ListenOptions();
                Listener listener = heritage.Listeners.Claim(address, options) ?? Listener.Bind(address, options);
                listener.Tag = role;
                if (tls is not null) listener.UseTls(tls); // it accepts nothing: for those who ask what is served here
                listeners.Add(listener);
            }
        }
    }

    /// <summary>
    /// Tells whoever wants to know that it serves: the log, the file, ps. The terminal is left last, so that all of it
    /// is seen there.
    /// </summary>
    private PidFile? Announce(IStoreWork work, StoreHeritage heritage)
    {
        PidFile? pidFile = null;
        if (IsMaster) ProcessTitle.Set($"{name}: master");
        else if (worker is not null) ProcessTitle.Set($"{name}: worker {worker.Number}");
        heritage.Settle(work.Listeners, _logger);
        if (worker is null)
        {
            foreach (string warning in settings.Warnings) HostLog.Doubt(_logger, warning);
            pidFile = settings.PidFile is null ? null : PidFile.Write(settings.PidFile, _logger);
            HostLog.Listening(_logger, string.Join(", ", work.Listeners.Select(Describe)));
        }

        if (settings.IsDaemon)
        {
            Environment.CurrentDirectory = "/";
            _logger.LeaveTerminal();
            ProcessControl.DetachStandardStreams();
        }

        return pidFile;
    }

    private static string Describe(Listener listener)
    {
        string what = (listener.Tag, listener.Tls) switch
        {
            (ListenerRole.Http, null) => "http",
            (ListenerRole.HttpGet, null) => "httpget",
            (ListenerRole.Http, _) => "https",
            (ListenerRole.HttpGet, _) => "httpsget",
            _ => "mgmt",
        };
        return $"{what} {listener.LocalEndPoint}";
    }
}
