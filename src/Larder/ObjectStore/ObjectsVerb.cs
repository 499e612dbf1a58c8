using Larder.Events.Native;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Larder.Hosting;
using Larder.Objects.Serving;
using Larder.Options;
using Larder.Verbs;

namespace Larder.ObjectStore;

/// <summary>
/// The verb <c>objects</c>, and what links named <c>cmogstored</c> and <c>mogstored</c> are: reads cmogstored's command
/// line, serves roots by <see cref="ObjectServer"/>s in this process or in worker processes, and looks after them
/// (<see cref="StoreLife"/>).
/// </summary>
internal static class ObjectsVerb
{
    /// <summary>Runs until somebody asks to stop.</summary>
    /// <param name="name">What messages call the program.</param>
    /// <param name="args">The arguments behind the verb, or behind cmogstored's name.</param>
    /// <param name="isCmogstored">Whether it was called by such a name.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(string name, string[] args, bool isCmogstored)
    {
        int? readyDescriptor = ReadyPipe.FromEnvironment();
        var worker = WorkerIdentity.FromEnvironment();
        (StoreSettings? settings, OptionExit? exit) = StoreArguments.Parse(name, args, isCmogstored);
        if (exit is not null) return End(exit);
        if (worker is null && settings!.PidFile is { } path && PidFile.OwnerOf(path) is { } owner)
            return End(new($"{name}: already running on PID: {owner}", ExitCode.Failure));

        var image = ProcessImage.Read();
        bool isUpgrade = Environment.GetEnvironmentVariable(StoreHeritage.Variable) is not null;
        if (settings!.IsDaemon && readyDescriptor is null && !isUpgrade)
        {
            return DaemonStart.Run(image, $"{name}: daemonization error, check syslog") is { } failure
                ? End(failure)
                : ExitCode.Success;
        }

        var start = new StoreStart(settings, image, worker, isCmogstored ? name : CalledName.Default);
        try
        {
            return start.Run(readyDescriptor);
        }
        catch (Exception exception)
            when (exception is ListenException or FormatException or IOException or TlsException)
        {
            return End(new($"{name}: {exception.Message}", ExitCode.Failure));
        }
    }

    private static int End(OptionExit exit)
    {
        _ = exit.IsAnswer ? StandardStreams.Out(exit.Text) : StandardStreams.Error($"{exit.Text}\n");
        return exit.Code;
    }
}
