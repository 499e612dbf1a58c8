using System.CommandLine;
using System.Runtime.InteropServices;
using Larder.Bench;
using Larder.Verbs;

namespace Larder.Monitoring;

/// <summary>The verb <c>monitor</c>: watches servers until SIGINT or SIGTERM.</summary>
internal static class MonitorCommand
{
    private const string Examples = """

        Examples:
          larder monitor --list /run/larder/servers 10.0.0.1 10.0.0.2:11211:5
          larder monitor --list /dev/shm/servers shard1=cache1:11211 shard2=cache2:11211 --down 5

        Clients of this machine read the list (docs/protocol/server-list.md); SIGTERM stops the monitor.

        """;

    /// <summary>Runs the verb with the arguments behind it; the process's exit code.</summary>
    public static int Run(string name, string[] args)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return Run(name, args, Console.Out, Console.Error, stop.Token);
    }

    /// <summary>The same with streams and an end of the caller's.</summary>
    public static int Run(string name, string[] args, TextWriter output, TextWriter messages, CancellationToken stop)
    {
        var commandLine = new MonitorCommandLine();
        ExamplesHelp.Add(commandLine.Root, Examples, output);
        ParseResult parsed = commandLine.Parse(args);
        if (parsed.Action is ExamplesHelp)
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = messages });
        if (parsed.Errors.Count > 0)
            return Refuse(parsed.Errors[0].Message, ExitCode.Usage);
        if (commandLine.Read(parsed, out string error) is not { } options)
            return Refuse(error, ExitCode.Usage);
        try
        {
            var monitor = new ServerMonitor(options, line => messages.WriteLine($"{name}: {line}"));
            monitor.Run(stop).GetAwaiter().GetResult();
            messages.WriteLine($"{name}: stopped");
            return ExitCode.Success;
        }
        catch (ArgumentException problem)
        {
            return Refuse(problem.Message, ExitCode.Usage);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Refuse($"{options.Path}: {problem.Message}", ExitCode.OsError);
        }

        int Refuse(string why, int code)
        {
            messages.WriteLine($"{name}: {why}");
            return code;
        }
    }
}
