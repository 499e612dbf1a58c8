using System.Buffers;
using System.CommandLine;
using System.Diagnostics;
using Larder.Bench.Pausing;
using Larder.Bench.Replaying;
using Larder.Bench.Simulating;
using Larder.Verbs;

namespace Larder.Bench;

/// <summary>The verb <c>bench</c>: reads the options, runs, and shows what came of it.</summary>
internal static class BenchCommand
{
    /// <summary>A server was not there, or broke off.</summary>
    public const int ExitBroken = 2;

    /// <summary>--expect-hits: keys were missing, or values wrong.</summary>
    public const int ExitUnexpected = 3;

    /// <summary>Characters that a shell does not take as they are.</summary>
    private static readonly SearchValues<char> s_shellMeanings = SearchValues.Create(" \t'\"\\$&|;<>()*?[]#~`!{}");

    private const string Examples = """

        Examples:
          larder bench                                      the server on port 11211: 50 connections, 90 % gets
          larder bench -t :11211,name=old -t :11212,name=new --rounds 5 --report new.html
                                                            two servers in turn, with ratios and diagrams
          larder bench --depth 16 --mix 1:0 --protocol meta gets in a pipeline, meta protocol
          larder bench --protocol http -t :7500 --keys 5k --value-size 4096
                                                            GET and PUT of an object store
          larder bench --rate 50k --duration 30s            open loop: latency under a steady load
          larder bench --idle 10000                         memory and speed with idle connections
          larder bench --floor --port 11311                 what the kernel allows: a server of fixed replies

        Verbs of their own:
          larder bench pauses --help                        how long clients wait while a store is busy
          larder bench replay --help                        miss ratios of servers: get; on a miss, set
          larder bench simulate --help                      miss ratios of eviction algorithms, without a server

        """;

    /// <summary>Runs the verb with the arguments behind it.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="args">The arguments behind the verb.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(string name, string[] args) => Run(name, args, Console.Out, Console.Error);

    /// <summary>The same with streams of the caller's.</summary>
    public static int Run(string name, string[] args, TextWriter output, TextWriter messages)
    {
        switch (args)
        {
            case ["pauses", .. string[] rest]:
                return PauseCommand.Run($"{name} pauses", rest, output, messages);
            case ["replay", .. string[] rest]:
                return ReplayCommand.Run($"{name} replay", rest, output, messages);
            case ["simulate", .. string[] rest]:
                return SimulateCommand.Run($"{name} simulate", rest, output, messages);
        }

        var commandLine = new BenchCommandLine();
        ExamplesHelp.Add(commandLine.Root, Examples, output);
        ParseResult parsed = commandLine.Parse(args);
        if (parsed.Action is ExamplesHelp)
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = messages });
        if (parsed.Errors.Count > 0)
            return Refuse(name, parsed.Errors[0].Message, messages);
        if (commandLine.IsFloor(parsed))
        {
            FloorOptions? floor = commandLine.ReadFloor(parsed, out string floorError);
            return floor is null ? Refuse(name, floorError, messages) : FloorVerb.Serve(name, floor, messages);
        }

        BenchOptions? options = commandLine.ReadRun(parsed, Reproduce(name, args), out string error);
        return options is null ? Refuse(name, error, messages) : Measure(name, options, output, messages);
    }

    /// <summary>The command line that measures the same again, as a shell reads it.</summary>
    /// <param name="name">The program and its verbs.</param>
    /// <param name="args">What stood behind them; where results went is left out.</param>
    public static string Reproduce(string name, string[] args)
    {
        var words = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] is "--title" or "--markdown" or "--report" or "--json")
                i++;
            else
                words.Add(Quote(args[i]));
        }

        return $"{name} {string.Join(' ', words)}";
    }

    private static string Quote(string word) => word.AsSpan().ContainsAny(s_shellMeanings)
        ? $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"
        : word;

    private static int Measure(string name, BenchOptions options, TextWriter output, TextWriter messages)
    {
        Pin(options.Cores);
        try
        {
            BenchResult result = Console.IsErrorRedirected || messages != Console.Error
                ? new BenchRunner(options, new LineProgress(options, messages)).Run()
                : LiveProgress.Run(options, messages, progress => new BenchRunner(options, progress).Run());
            return Show(name, result, output, messages);
        }
        catch (Exception e) when (e is BenchException or IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"{name}: {e.Message}");
            return ExitBroken;
        }
    }

    private static int Show(string name, BenchResult result, TextWriter output, TextWriter messages)
    {
        BenchOptions options = result.Options;
        bool jsonOnly = options.JsonPath == "-";
        ResultTable.WriteText(result, jsonOnly ? messages : output);
        if (jsonOnly)
        {
            using Stream standard = Console.OpenStandardOutput();
            JsonReport.Write(result, standard);
        }
        else if (options.JsonPath is string jsonPath)
        {
            using FileStream file = File.Create(jsonPath);
            JsonReport.Write(result, file);
        }

        if (options.ReportPath is string reportPath)
        {
            using StreamWriter file = File.CreateText(reportPath);
            HtmlReport.Write(result, file);
        }

        if (options.MarkdownPath is string markdownPath)
        {
            using StreamWriter file = File.AppendText(markdownPath);
            ResultTable.WriteMarkdown(result, file);
        }

        bool unexpected = result.Rounds.Any(round => round.Counts.Misses + round.Counts.WrongValues > 0);
        if (!options.ExpectHits || !unexpected)
            return ExitCode.Success;
        messages.WriteLine($"{name}: --expect-hits: there were misses or wrong values");
        return ExitUnexpected;
    }

    /// <summary>One line on a command line that cannot be followed; its exit code.</summary>
    public static int Refuse(string name, string error, TextWriter messages)
    {
        messages.WriteLine($"{name}: {error}");
        return ExitCode.Failure;
    }

    /// <summary>
    /// Restricts this thread; the load threads that it starts inherit that (sched_setaffinity(2)). What the runtime
    /// has started before, its compiler for one, stays where the process may be: taskset(1) restricts that too.
    /// </summary>
    private static void Pin(IReadOnlyList<int> cores)
    {
        nint mask = 0;
        foreach (int core in cores)
            mask |= (nint)1 << core;
        if (mask == 0)
            return;
        using var self = Process.GetCurrentProcess();
        self.ProcessorAffinity = mask;
    }
}
