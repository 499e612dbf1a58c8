using Larder.Asking;
using Larder.Bench;
using Larder.Hosting;
using Larder.Monitoring;
using Larder.ObjectStore;
using Larder.Passwords;

namespace Larder.Verbs;

/// <summary>
/// Finds the verb and runs it. Each verb stands behind a method of its own, so that starting the cache loads nothing
/// that only another verb needs (the command line library, the terminal library).
/// </summary>
internal static class VerbTable
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new("cache", "serve memcached's protocols", static (name, args) => CacheVerb.Run(name, args)),
        new("objects", "store files by HTTP, for MogileFS or alone",
            static (name, args) => ObjectsVerb.Run(name, args, isCmogstored: false)),
        new("bench", "measure memcached-compatible servers", static (name, args) => BenchCommand.Run(name, args)),
        new("monitor", "watch servers for all clients of a machine",
            static (name, args) => MonitorCommand.Run(name, args)),
        new("passwd", "set passwords for the cache", static (name, args) => PasswordCommand.Run(name, args)),
        new("get", "print a value", Ask),
        new("set", "store a value", Ask),
        new("cas", "store a value if nobody else has changed it", Ask),
        new("delete", "delete items", Ask),
        new("touch", "give items a new time to live", Ask),
        new("incr", "count a number up", Ask),
        new("decr", "count a number down", Ask),
        new("mget", "print many items", Ask),
        new("stats", "print the statistics of servers", Ask),
        new("flush", "invalidate all items of servers", Ask),
        new("ping", "ask servers whether they are there", Ask),
        new("version", "print the version", static (_, _) => PrintVersion()),
        new("help", "explain a verb: larder help cache", static (_, args) => Help(args)),
    ];

    /// <summary>Runs the verb that the arguments name; the process's exit code.</summary>
    /// <param name="calledName">The name that the program was called by, without its folder.</param>
    /// <param name="args">The command line behind the program's name.</param>
    public static int Run(string calledName, string[] args)
    {
        if (string.Equals(calledName, CalledName.Memcached, StringComparison.Ordinal))
            return CacheVerb.Run(calledName, args);
        if (CalledName.Storage.Contains(calledName, StringComparer.Ordinal))
            return ObjectsVerb.Run(calledName, args, isCmogstored: true);

        if (args.Length == 0)
        {
            StandardStreams.Out(HelpText.Overview(All));
            return ExitCode.Success;
        }

        string name = args[0] switch
        {
            "-h" or "--help" => "help",
            "-V" or "--version" => "version",
            _ => args[0],
        };
        if (Find(name) is { } verb) return verb.Run($"{CalledName.Default} {name}", args[1..]);

        string hint = Suggestion.Nearest(name, All.Select(static each => each.Name)) is { } nearest
            ? $"did you mean '{nearest}'?"
            : $"there are {string.Join(", ", All.Select(static each => each.Name))}";
        StandardStreams.Error($"{CalledName.Default}: unknown verb '{name}': {hint}\n");
        return ExitCode.Usage;
    }

    private static int Ask(string name, string[] args) => AskVerb.Run(name, args);

    private static Verb? Find(string name) =>
        All.FirstOrDefault(verb => string.Equals(verb.Name, name, StringComparison.Ordinal));

    private static int PrintVersion()
    {
        StandardStreams.Out($"{CalledName.Default} {ProductVersion.Text}\n");
        return ExitCode.Success;
    }

    private static int Help(string[] args)
    {
        if (args.Length > 0 && Find(args[0]) is { } verb && !string.Equals(verb.Name, "help", StringComparison.Ordinal))
            return verb.Run($"{CalledName.Default} {verb.Name}", ["--help"]);

        if (args.Length > 0) return Run(CalledName.Default, args);
        StandardStreams.Out(HelpText.Overview(All));
        return ExitCode.Success;
    }
}
