using System.Net;
using Larder.Events.Driving;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Larder.Objects.Devices;
using Larder.Objects.Load;
using Larder.Objects.Scrubbing;
using Larder.Objects.Usage;
using Microsoft.Extensions.Logging;

namespace Larder.Objects.Serving;

/// <summary>
/// A running object store. Several may run in one process; each has its own root, threads and ports.
/// </summary>
public sealed class ObjectServer : IDisposable
{
    /// <summary>How long a graceful stop waits for requests that are on their way unless told otherwise.</summary>
    public const int GracefulDeadlineMs = 30_000;

    /// <summary>How often waits that have lasted too long are ended, and devices judged.</summary>
    private const int CarePeriodMs = 250;

    /// <summary>How long a stop waits for a thread that may hang on a disk: it is left behind then.</summary>
    private const int CareStopMs = 1_000;

    private const long NsPerMs = 1_000_000;

    /// <summary>
    /// Bytes that one client may send or receive before others get their turn: a millisecond of a fast disk. A mebibyte
    /// and its head fit, so that an object of that popular size does not need a second turn for its last bytes.
    /// </summary>
    private const int SliceBytes = (1024 + 32) * 1024;

    /// <summary>Clients that are silent for longer make room for others when descriptors are short; cmogstored's.
    /// </summary>
    private const int PressureIdleMs = 5_000;

    /// <summary>One receive: a large PUT is written in pieces of this size.</summary>
    private const int ReceiveBytes = 256 * 1024;

    private readonly ObjectEngine _engine;
    private readonly StreamServer _server;
    private readonly BackgroundLoop _care;
    private readonly DeviceCares _cares;
    private readonly BackgroundLoop _scan;
    private bool _isRootLost; // owner: _scan
    private readonly LoadSource? _load;
    private readonly ObjectMeter _meter;
    private readonly Lock _resizing = new(); // before the devices' queues

    private ObjectServer(ObjectEngine engine)
    {
        _engine = engine;
        _server = new StreamServer(DriverOptionsOf(engine.Options), new ObjectConnectionFactory(engine))
        {
            MaxConnections = engine.Options.ConnectionsMax,
        };
        _meter = new ObjectMeter(_server, engine.Devices);
        _care = new BackgroundLoop("larder-objects", Care);
        _cares = new DeviceCares(DutiesOf);
        _scan = new BackgroundLoop("larder-devices", ScanAgain);
        _load = HasSideChannel ? new LoadSource(engine.Options, engine.Devices, engine.Load) : null;
        engine.WriteUsage = _cares.Wake<UsageFileDuty>;
        engine.SetWorkers = SetWorkers;
    }

    /// <summary>What drives it: counters of its threads, connections, listeners. For hosts that watch it.</summary>
    public StreamServer Driver => _server;

    /// <summary>Pauses and resumes the scrubbing of stored bytes, and tells how far it is.</summary>
    public ScrubControl Scrub => _engine.Scrub;

    /// <summary>The devices.</summary>
    public DeviceSet Devices => _engine.Devices;

    /// <summary>The disks' load, and who watches it.</summary>
    internal LoadReports LoadReports => _engine.Load;

    private bool HasSideChannel => _engine.Options.SideChannelEndpoints.Count > 0;

    /// <summary>Where it listens, in the order of the options, with the ports that the kernel chose.</summary>
    public IReadOnlyList<EndPoint> Endpoints => [.. _server.Listeners.Select(listener => listener.LocalEndPoint!)];

    /// <summary>Finds devices, binds listeners, starts threads. Clients are served when it returns.</summary>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such root.</exception>
    public static ObjectServer Start(ObjectServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var server = new ObjectServer(new ObjectEngine(options));
        try
        {
            server._engine.Devices.Divide(options.Workers);
            server.Scan();
            server.Listen(options.HttpEndpoints, ListenerRole.Http);
            server.Listen(options.HttpGetEndpoints, ListenerRole.HttpGet);
            server.ListenTls(options.HttpsEndpoints, ListenerRole.Http);
            server.ListenTls(options.HttpsGetEndpoints, ListenerRole.HttpGet);
            server.Listen(options.SideChannelEndpoints, ListenerRole.SideChannel);
            server._server.Start();
            server._load?.Start();
            server._care.Start();
            server._scan.Start();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Changes the number of threads that serve, and how many of them may be at each device. Without effect on one that
    /// stops. Any thread.
    /// </summary>
    public void SetWorkers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_resizing)
        {
            if (_engine.IsStopping)
            {
                return;
            }
            _server.WorkerCount = count;
            _engine.Devices.Divide(count);
        }
    }

    /// <summary>
    /// Stops: nothing is accepted any more; graceful, requests that are on their way may end, up to the deadline.
    /// </summary>
    public void Stop(bool graceful = false, int deadlineMs = GracefulDeadlineMs)
    {
        lock (_resizing)
        {
            _engine.IsStopping = true;
        }
        _server.Stop(graceful ? StopMode.Graceful : StopMode.Fast, graceful ? deadlineMs : 0);
        _care.Stop();
        _load?.Stop();
        _cares.Stop(CareStopMs);
        _scan.Stop(CareStopMs);
        _engine.Devices.AbandonOpening();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _meter.Dispose();
        _server.Dispose();
        foreach (Device device in _engine.Devices.All)
        {
            device.Dispose();
        }
    }

    private static DriverOptions DriverOptionsOf(ObjectServerOptions options) => new()
    {
        Driver = DriverKind.Queue,
        Threads = options.Workers,
        BytesPerTurn = SliceBytes,
        ReceiveBufferBytes = ReceiveBytes,
        PressureIdleMs = PressureIdleMs,
        IdleTimeoutMs = ObjectEngine.ToMs(options.IdleTimeout),
        StuckReceiverTimeoutMs = ObjectEngine.ToMs(options.PacePeriod),
        ThreadState = static _ => new ObjectThread(),
        ThreadNamePrefix = "larder-objects",
        Logger = options.Logger,
    };

    private void Listen(IReadOnlyList<IPEndPoint> endpoints, ListenerRole role, TlsServer? tls = null)
    {
        foreach (IPEndPoint endpoint in endpoints)
        {
            var address = new ListenAddress.Tcp(endpoint.Address, endpoint.Port);
            var options = new ListenOptions();
            Listener listener = _engine.Options.Heritage?.Claim(address, options) ?? Listener.Bind(address, options);
            listener.Tag = role;
            if (tls != null)
            {
                listener.UseTls(tls);
            }
            _server.Listen(listener);
        }
    }

    private void ListenTls(IReadOnlyList<IPEndPoint> endpoints, ListenerRole role)
    {
        if (endpoints.Count > 0 && _engine.Options.Tls == null)
        {
            throw new ArgumentException("TLS endpoints need certificates", nameof(endpoints));
        }
        Listen(endpoints, role, _engine.Options.Tls);
    }

    /// <summary>What must go on whatever disks do: it touches none.</summary>
    private int Care()
    {
        long nowMs = Environment.TickCount64;
        foreach (Device device in _engine.Devices.All)
        {
            device.Queue.ExpireBefore(nowMs - _engine.Options.Devices.WaitTimeoutMs);
            device.Names.ExpireBefore(nowMs - _engine.Options.Devices.WaitTimeoutMs);
            DeviceTrouble trouble = device.Health.Judge(nowMs);
            if (trouble != DeviceTrouble.None)
            {
                DeviceLog.OutOfService(
                    _engine.Options.Logger,
                    device.Name,
                    trouble,
                    device.Health.Errors,
                    device.Health.MaxNs / NsPerMs,
                    device.Health.RunningNs / NsPerMs);
            }
        }
        return CarePeriodMs;
    }

    private void Scan()
    {
        ILogger logger = _engine.Options.Logger;
        Scrub.Look(_engine.Options.Root);
        _engine.Devices.Scan(
            device =>
            {
                DeviceLog.Found(logger, device.Name, device.Path);
                device.DescriptorsShort = _server.ExpireIdle;
                _cares.Add(device);
            },
            device =>
            {
                DeviceLog.Gone(logger, device.Name, device.Path);
                _cares.Remove(device);
                Scrub.Remove(device);
                device.Dispose();
                _engine.HotFiles.ForgetDevice(device);
            },
            (number, reason) => DeviceLog.NotOpened(logger, Device.PathOf(_engine.Options.Root, number), reason));
    }

    private int ScanAgain()
    {
        try
        {
            Scan();
            _isRootLost = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!_isRootLost)
            {
                DeviceLog.RootLost(_engine.Options.Logger, _engine.Options.Root, error.Message);
            }
            _isRootLost = true; // devices that are open are served on
        }
        return _engine.Options.Devices.CarePeriodMs;
    }

    /// <summary>What is done again and again on each device, by a thread of its own.</summary>
    private IEnumerable<IDeviceDuty> DutiesOf(Device device)
    {
        ObjectServerOptions options = _engine.Options;
        yield return new PlaceDuty(options.Devices.CarePeriodMs);
        yield return new HealthDuty(options.Devices, options.Logger);
        yield return new UsageDuty(options.KernelFiles);
        if (HasSideChannel)
        {
            yield return new UsageFileDuty((int)options.UsagePeriod.TotalMilliseconds, options.Logger);
        }
        yield return new SweepDuty(options.Logger);
        if (options.Scrub is { } scrub && !device.IsReadOnly)
        {
            var scrubber = new DeviceScrubber(device, scrub, options.Logger);
            Scrub.Add(device, scrubber);
            yield return new ScrubDuty(scrubber, device.Number, Scrub);
        }
    }
}
