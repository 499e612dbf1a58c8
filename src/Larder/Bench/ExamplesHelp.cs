using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Larder.Bench;

/// <summary>Help with examples behind it.</summary>
internal sealed class ExamplesHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _help;
    private readonly string _examples;
    private readonly TextWriter _output;

    private ExamplesHelp(HelpAction help, string examples, TextWriter output)
    {
        _help = help;
        _examples = examples;
        _output = output;
    }

    /// <summary>Lets --help show examples too.</summary>
    public static void Add(RootCommand root, string examples, TextWriter output)
    {
        HelpOption help = root.Options.OfType<HelpOption>().First();
        help.Action = new ExamplesHelp((HelpAction)help.Action!, examples, output);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = _help.Invoke(parseResult);
        _output.WriteLine(_examples);
        return exitCode;
    }
}
