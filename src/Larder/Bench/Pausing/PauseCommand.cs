using System.CommandLine;
using Larder.Verbs;

namespace Larder.Bench.Pausing;

/// <summary>The verb <c>bench pauses</c>: how long clients wait while a server's store is busy.</summary>
internal static class PauseCommand
{
    private const string Examples = """

        Examples:
          larder bench pauses                               the server on port 11211, all phases, about two minutes
          larder bench pauses -t :11211,name=old -t :11212,name=new -t :11311,name=floor
                                                            two servers, and one of fixed replies (bench --floor) that
                                                            shows what the machine itself does
          larder bench pauses --phases limit,flush --rounds 5

        Servers are best fresh and small (-m 64), on a core of their own: taskset -c 0 ..., and taskset -c 1 for this.

        """;

    /// <summary>Runs the verb with the arguments behind it; the process's exit code.</summary>
    public static int Run(string name, string[] args, TextWriter output, TextWriter messages)
    {
        var commandLine = new PauseCommandLine();
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
            return Show(new PauseRunner(options, messages).Run(), output);
        }
        catch (Exception e) when (e is BenchException or IOException or UnauthorizedAccessException)
        {
            messages.WriteLine($"{name}: {e.Message}");
            return BenchCommand.ExitBroken;
        }
    }

    private static int Show(PauseResult result, TextWriter output)
    {
        PauseReport.WriteText(result, output);
        if (result.Options.MarkdownPath is string markdownPath)
        {
            using StreamWriter file = File.AppendText(markdownPath);
            PauseReport.WriteMarkdown(result, file);
        }

        return ExitCode.Success;
    }
}
