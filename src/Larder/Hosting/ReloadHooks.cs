using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>
/// What SIGHUP reads again, in the order in which it was added; on the thread that looks after the server.
/// </summary>
internal sealed class ReloadHooks(ILogger logger)
{
    private readonly List<(string What, Func<string?> Reload)> _hooks = [];

    /// <summary>Adds one.</summary>
    /// <param name="what">What it reads, for the log: certificates, passwords.</param>
    /// <param name="reload">Reads it; null, or why all stays as it was.</param>
    public void Add(string what, Func<string?> reload) => _hooks.Add((what, reload));

    /// <summary>Runs all of them; one that fails keeps no other from running.</summary>
    public void Run()
    {
        if (_hooks.Count == 0) HostLog.NothingToReload(logger);
        foreach ((string what, Func<string?> reload) in _hooks)
        {
            if (reload() is { } reason) HostLog.NotReloaded(logger, what, reason);
            else HostLog.Reloaded(logger, what);
        }
    }
}
