using System.CommandLine;
using Larder.Verbs;

namespace Larder.Bench.Replaying;

/// <summary>The verb <c>bench replay</c>: a trace of requests into servers, and what they missed.</summary>
internal static class ReplayCommand
{
    private const string Examples = """

        Examples:
          larder bench replay web.u32                       the server on port 11211: keys of 32, values of 100 bytes
          larder bench replay web.u32 -t :11211,name=old -t :11212,name=new --simulate s3fifo
                                                            two servers, and what S3-FIFO would miss at their items

        """;

    /// <summary>Runs the verb with the arguments behind it; the process's exit code.</summary>
    public static int Run(string name, string[] args, TextWriter output, TextWriter messages)
    {
        var commandLine = new ReplayCommandLine();
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
            return Show(name, new ReplayRunner(options, trace, messages).Run(), output, messages);
        }
        catch (TraceException e)
        {
            return BenchCommand.Refuse(name, e.Message, messages);
        }
        catch (Exception e) when (e is BenchException or IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"{name}: {e.Message}");
            return BenchCommand.ExitBroken;
        }
    }

    private static int Show(string name, ReplayResult result, TextWriter output, TextWriter messages)
    {
        ReplayOptions options = result.Options;
        ReplayReport.WriteText(result, options.JsonPath == "-" ? messages : output);
        if (options.JsonPath is string jsonPath)
        {
            using Stream json = jsonPath == "-" ? Console.OpenStandardOutput() : File.Create(jsonPath);
            ReplayReport.WriteJson(result, json);
        }

        if (options.MarkdownPath is string markdownPath)
        {
            using StreamWriter file = File.AppendText(markdownPath);
            ReplayReport.WriteMarkdown(result, file);
        }

        TargetReplay? strange = result.Targets.FirstOrDefault(t => t.Counts.Errors + t.Counts.WrongValues > 0);
        if (strange is null)
            return ExitCode.Success;
        messages.WriteLine(strange.FirstErrorReply is string reply
            ? $"{name}: {strange.Target.Name} answered {strange.Counts.Errors} errors, the first: {reply}"
            : $"{name}: {strange.Target.Name} answered {strange.Counts.WrongValues} wrong values");
        return BenchCommand.ExitUnexpected;
    }
}
