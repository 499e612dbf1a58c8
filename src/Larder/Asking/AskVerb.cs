using System.CommandLine;
using Larder.Bench;
using Larder.Client;

namespace Larder.Asking;

/// <summary>
/// The verbs that ask servers: <c>get</c>, <c>set</c> and the others, each a client that lives for one question.
/// </summary>
internal static class AskVerb
{
    private const string Examples = """

        Examples:
          larder set greeting hello --ttl 60
          larder get greeting
          tar c notes | larder set backup             a value from standard input
          larder get backup | tar t
          larder get greeting --json                  with flags, cas value and server
          larder incr visits --initial 1
          larder mget a b c -s 10.0.0.1,10.0.0.2
          larder stats items -s 10.0.0.1,10.0.0.2     a column for each server
          larder ping && echo all there

        Exit codes: 0 done, 1 no such key or not stored, 64 the command line, 69 a server failed.

        """;

    /// <summary>Runs a verb with the arguments behind it; the process's exit code.</summary>
    public static int Run(string name, string[] args)
    {
        using Stream input = Console.OpenStandardInput();
        using Stream output = Console.OpenStandardOutput();
        return Run(name, args, input, output, Console.Error, !Console.IsOutputRedirected);
    }

    /// <summary>The same with streams of the caller's.</summary>
    public static int Run(
        string name, string[] args, Stream input, Stream output, TextWriter messages, bool isTerminal)
    {
        string verb = name[(name.LastIndexOf(' ') + 1)..];
        AskCommand command = CommandOf(verb);
        ServerOptions servers = new();
        Option<bool> json = new("--json") { Description = "One line of JSON for each answer.", Recursive = true };
        servers.AddTo(command.Command);
        command.Command.Add(json);
        RootCommand root = [command.Command];
        using StringWriter help = new();
        ExamplesHelp.Add(root, Examples, help);
        ParseResult parsed = root.Parse([verb, .. args]);
        if (parsed.Action is ExamplesHelp)
        {
            int exit = parsed.Invoke(new InvocationConfiguration { Output = help, Error = messages });
            output.Write(System.Text.Encoding.UTF8.GetBytes(help.ToString()));
            return exit;
        }
        AskOutput answers = new(input, output, messages, name, parsed.GetValue(json), isTerminal);
        if (parsed.Errors.Count > 0) return Refuse(parsed.Errors[0].Message, AskExit.Usage);
        try
        {
            CacheClientOptions options = servers.Read(parsed, Environment.GetEnvironmentVariable);
            return AskAsync(command, parsed, options, answers).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is AskException or ArgumentException)
        {
            return Refuse(exception.Message, AskExit.Usage);
        }
        catch (CacheException exception)
        {
            return Refuse(exception.Message, AskExit.Unavailable);
        }
        catch (IOException exception)
        {
            // Who read the answers has left, or the disk is full.
            return Refuse(exception.Message, AskExit.Unavailable);
        }

        int Refuse(string why, int code)
        {
            answers.Complain(why.Split('\n')[0].TrimEnd());
            return code;
        }
    }

    private static AskCommand CommandOf(string verb) => verb switch
    {
        "get" => new GetCommand(),
        "set" => new SetCommand(),
        "cas" => new CasCommand(),
        "delete" => new DeleteCommand(),
        "touch" => new TouchCommand(),
        "incr" => new CountCommand(isDown: false),
        "decr" => new CountCommand(isDown: true),
        "mget" => new MultiGetCommand(),
        "stats" => new StatsCommand(),
        "flush" => new FlushCommand(),
        _ => new PingCommand(),
    };

    private static async Task<int> AskAsync(
        AskCommand command, ParseResult parsed, CacheClientOptions options, AskOutput output)
    {
        await using CacheClient client = new(options);
        return await command.RunAsync(parsed, client, output);
    }
}
