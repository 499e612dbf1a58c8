using Larder.Events.Driving;
using Larder.Objects.Devices;
using Larder.Objects.Serving;

namespace Larder.Objects.Load;

/// <summary>
/// The thread that makes reports of the disks' load: from the kernel's counters once a second while somebody watches,
/// or from what a program prints.
/// </summary>
internal sealed class LoadSource
{
    private const int PeriodMs = 1_000;

    private readonly DeviceSet _devices;
    private readonly LoadReports _reports;
    private readonly KernelLoad _kernel;
    private readonly LoadProgram? _program;
    private readonly BackgroundLoop _loop;
    private long _dueMs; // owner: the loop

    public LoadSource(ObjectServerOptions options, DeviceSet devices, LoadReports reports)
    {
        _devices = devices;
        _reports = reports;
        _kernel = new KernelLoad(options.KernelFiles, TimeProvider.System);
        _program = options.LoadCommand == null ? null : new LoadProgram(
            options.LoadCommand,
            rows => reports.Publish(LoadText.OfProgram(devices.All, rows)),
            options.Logger);
        _loop = new BackgroundLoop("larder-load", () => _program?.Run() ?? LookAtKernel());
        if (_program == null)
        {
            reports.OnWatch = _loop.Wake;
        }
    }

    /// <summary>Begins.</summary>
    public void Start() => _loop.Start();

    /// <summary>Ends the program, and the thread.</summary>
    public void Stop()
    {
        _loop.RequestStop();
        _program?.Stop();
        _loop.Stop();
    }

    private int LookAtKernel()
    {
        if (_reports.Watchers == 0)
        {
            _kernel.Forget();
            return BackgroundLoop.UntilWoken;
        }
        long nowMs = Environment.TickCount64;
        if (nowMs >= _dueMs) // a watcher more does not make the present second shorter
        {
            _dueMs = nowMs + PeriodMs;
            if (_kernel.Look() is { } load)
            {
                _reports.Publish(LoadText.OfKernel(_devices.All, load));
            }
        }
        return (int)Math.Max(1, _dueMs - Environment.TickCount64);
    }
}
