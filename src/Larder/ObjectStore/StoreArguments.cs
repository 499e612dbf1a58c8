using System.Net;
using Larder.Events.Native;
using Larder.Options;
using Larder.Verbs;

namespace Larder.ObjectStore;

/// <summary>
/// Reads cmogstored's command line and its config files: the same options, exit codes and rules of what may stand
/// together. It looks at the file system (roots and files must be there) and changes nothing.
/// </summary>
internal sealed class StoreArguments
{
    private const string DocrootDefault = "/var/mogdata";
    private const string NoCertificate = "httpslisten and httpsgetlisten need tls-cert";
    private const int HttpPort = 7500;
    private const int SideChannelPort = 7501;

    private readonly string _name;
    private readonly bool _isCmogstored;
    private readonly StoreSource _line = new();
    private readonly List<(string Path, StoreSource Source)> _files = [];
    private readonly List<string> _filePaths = [];
    private bool _isMulti;

    private StoreArguments(string name, bool isCmogstored) => (_name, _isCmogstored) = (name, isCmogstored);

    /// <summary>The settings, or why the program ends.</summary>
    /// <param name="name">What messages call the program.</param>
    /// <param name="args">The arguments behind the verb, or behind cmogstored's name.</param>
    /// <param name="isCmogstored">Whether it was called by such a name: then it listens where that does.</param>
    public static (StoreSettings? Settings, OptionExit? Exit) Parse(
        string name, IReadOnlyList<string> args, bool isCmogstored)
    {
        var reader = new StoreArguments(name, isCmogstored);
        OptionExit? exit = reader.ReadLine(args) ?? reader.ReadFiles();
        return exit is null ? reader.Merge() : (null, exit);
    }

    private OptionExit? ReadLine(IReadOnlyList<string> args)
    {
        foreach (OptionMatch match in GetOpt.Parse(args, StoreOptionTable.Names(_isCmogstored), refusesOperands: true))
        {
            if (match.Option is not { Long: { } key })
                return new($"{_name}: {match.Error}\n{StoreHelp.Hint(_name)}", ExitCode.Usage);

            switch (key)
            {
                case "help": return Answer(StoreHelp.Text(_name, _isCmogstored));
                case "usage": return Answer(StoreHelp.Usage(_name));
                case "version": return Answer(StoreHelp.Version(_isCmogstored ? _name : CalledName.Default));
                case "multi": _isMulti = true; continue;
                case "config": _filePaths.Add(match.Value); continue;
                default: break;
            }

            _line.TryApply(key, match.Value, out string? error);
            if (error is not null) return Failure(error);
        }

        return null;
    }

    private OptionExit? ReadFiles()
    {
        foreach (string path in _filePaths)
        {
            string? real = RealPath.Of(path);
            if (real is null || _files.Exists(file => string.Equals(file.Path, real, StringComparison.Ordinal)))
                return Failure($"invalid (or duplicate) config={path}");

            var source = new StoreSource();
            try
            {
                if (ConfigFile.Read(File.ReadLines(real), source) is { } error) return Failure($"{path}: {error}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return Failure($"config={path} cannot be read: {exception.Message}");
            }

            _files.Add((real, source));
        }

        return _files.Count > 1 && !_isMulti ? Failure("several --config need --multi") : null;
    }

    private (StoreSettings? Settings, OptionExit? Exit) Merge()
    {
        StoreSource[] sources = [_line, .. _files.Select(static file => file.Source)];
        bool isDaemon = sources.Any(static source => source.IsDaemon);
        (string? pidFile, OptionExit? exit) = Agree("pidfile", sources.Select(static source => source.PidFile));
        exit ??= isDaemon ? RequireAbsolute(sources) : null;
        if (exit is not null) return (null, exit);

        (List<ServiceSettings>? services, exit) = _files.Count > 1 ? Several() : One();
        if (services is null) return (null, exit);
        int connections = (int)Math.Min(sources.Sum(static source => (long)(source.ConnectionsMax ?? 0)), int.MaxValue);
        int drain = sources.Select(static source => source.DrainSeconds).FirstOrDefault(static each => each is not null)
            ?? StoreSettings.DrainSecondsDefault;
        var settings = new StoreSettings
        {
            IsDaemon = isDaemon,
            PidFile = pidFile,
            WorkerProcesses = sources.Select(static source => source.WorkerProcesses)
                .FirstOrDefault(static each => each is not null) ?? 0,
            ConnectionsMax = connections > 0 ? connections : StoreSettings.ConnectionsDefault,
            DrainTimeout = TimeSpan.FromSeconds(drain),
            Services = services,
            Warnings = [.. sources.SelectMany(static source => source.Warnings)],
        };
        return (settings, null);
    }

    /// <summary>The command line with at most one file: listeners are what either names, or the default.</summary>
    private (List<ServiceSettings>? Services, OptionExit? Exit) One()
    {
        StoreSource file = _files.Count == 1 ? _files[0].Source : new();
        (string? docroot, OptionExit? exit) = Agree("docroot", [_line.Docroot, file.Docroot]);
        if (exit is not null) return (null, exit);
        (string? root, exit) = FindRoot(docroot ?? DocrootDefault);
        if (root is null) return (null, exit);
        var service = ServiceSettings.Create(root, _line, file);
        if (service is { ServesTls: true, Tls: null }) return (null, Failure(NoCertificate));
        if (!_line.HasListener && !file.HasListener)
        {
            IPAddress address = _isCmogstored ? IPAddress.Any : IPAddress.Loopback;
            bool servesHttp = _line.ServesHttp ?? file.ServesHttp ?? true;
            service = service with
            {
                Http = servesHttp ? [new(address, HttpPort)] : [],
                SideChannel = [new(address, SideChannelPort)],
            };
        }

        return ([service], null);
    }

    /// <summary>A root for each file, which must say where it is and where it listens.</summary>
    private (List<ServiceSettings>? Services, OptionExit? Exit) Several()
    {
        if (_line.Docroot is not null || _line.HasListener)
        {
            return (null, Failure("docroot and listeners belong into the files when there are several"));
        }

        List<ServiceSettings> services = [];
        foreach ((string path, StoreSource source) in _files)
        {
            if (source.Docroot is null) return (null, Failure($"no docroot in config={path}"));
            if (!source.HasListener) return (null, Failure($"no httplisten or mgmtlisten in config={path}"));
            (string? root, OptionExit? exit) = FindRoot(source.Docroot);
            if (root is null) return (null, exit);
            var service = ServiceSettings.Create(root, _line, source);
            if (service is { ServesTls: true, Tls: null }) return (null, Failure($"{NoCertificate} (config={path})"));
            services.Add(service);
        }

        return (services, null);
    }

    private (string? Root, OptionExit? Exit) FindRoot(string docroot) =>
        RealPath.Of(docroot) is { } root && Directory.Exists(root)
            ? (root, null)
            : (null, Failure($"docroot={docroot} is no folder"));

    /// <summary>Several sources may name the same file, by whatever name; the first name, absolute.</summary>
    private (string? Path, OptionExit? Exit) Agree(string key, IEnumerable<string?> paths)
    {
        string? first = null;
        foreach (string path in paths.OfType<string>())
        {
            first ??= path;
            if (string.Equals(Canonical(first), Canonical(path), StringComparison.Ordinal)) continue;
            return (null, Failure($"conflicting path values for {key}: {first} and {path}"));
        }

        return (first is null ? null : Path.GetFullPath(first), null);
    }

    /// <summary>A file that is not there yet is what its folder and its name are.</summary>
    private static string Canonical(string path)
    {
        string full = Path.GetFullPath(path);
        return RealPath.Of(full)
            ?? Path.Combine(RealPath.Of(Path.GetDirectoryName(full) ?? "/") ?? "", Path.GetFileName(full));
    }

    /// <summary>A daemon leaves the folder that it was started in, and starts itself again from another.</summary>
    private OptionExit? RequireAbsolute(IEnumerable<StoreSource> sources)
    {
        IEnumerable<(string Key, string? Path)> paths =
        [
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(static path => ("PATH", path)),
            .. _filePaths.Select(static path => ("config", path)),
            .. sources.SelectMany(static source => source.Tls.Files
                .Append(("docroot", source.Docroot)).Append(("pidfile", source.PidFile))),
        ];
        foreach ((string key, string? path) in paths)
        {
            if (path is not null && !path.StartsWith('/'))
                return Failure($"{key}={path} must be an absolute path with --daemonize");
        }

        return null;
    }

    private OptionExit Failure(string text) => new($"{_name}: {text}", ExitCode.Failure);

    private static OptionExit Answer(string text) => new(text, ExitCode.Success, IsAnswer: true);
}
