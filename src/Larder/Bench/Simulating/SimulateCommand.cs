using System.CommandLine;
using Larder.Verbs;

namespace Larder.Bench.Simulating;

/// <summary>The verb <c>bench simulate</c>: eviction algorithms on a trace, without a server.</summary>
internal static class SimulateCommand
{
    private const string Examples = """

        Examples:
          larder bench simulate web.u32                                    five algorithms at 1, 5, 10 and 20 %
          larder bench simulate web.u32 --algorithm s3fifo --items 10922   what a server of so many items should miss

        """;

    /// <summary>Runs the verb with the arguments behind it; the process's exit code.</summary>
    public static int Run(string name, string[] args, TextWriter output, TextWriter messages)
    {
        var commandLine = new SimulateCommandLine();
        ExamplesHelp.Add(commandLine.Root, Examples, output);
        ParseResult parsed = commandLine.Parse(args);
        if (parsed.Action is ExamplesHelp)
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = messages });
        if (parsed.Errors.Count > 0)
            return BenchCommand.Refuse(name, parsed.Errors[0].Message, messages);
        if (commandLine.Read(parsed, BenchCommand.Reproduce(name, args), out string error) is not { } options)
            return BenchCommand.Refuse(name, error, messages);
        try
        {
            RequestTrace trace = RequestTrace.Read(options.TracePath, options.Limit);
            Show(SimulationResult.Run(options, trace), output, messages);
            return ExitCode.Success;
        }
        catch (Exception e) when (e is TraceException or IOException or UnauthorizedAccessException)
        {
            return BenchCommand.Refuse(name, e.Message, messages);
        }
    }

    private static void Show(SimulationResult result, TextWriter output, TextWriter messages)
    {
        SimulateOptions options = result.Options;
        SimulationReport.WriteText(result, options.JsonPath == "-" ? messages : output);
        if (options.JsonPath is string jsonPath)
        {
            using Stream json = jsonPath == "-" ? Console.OpenStandardOutput() : File.Create(jsonPath);
            SimulationReport.WriteJson(result, json);
        }

        if (options.MarkdownPath is string markdownPath)
        {
            using StreamWriter file = File.AppendText(markdownPath);
            SimulationReport.WriteMarkdown(result, file);
        }
    }
}
