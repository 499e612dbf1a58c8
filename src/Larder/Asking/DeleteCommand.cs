using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder delete KEY...</c>.</summary>
internal sealed class DeleteCommand : AskCommand
{
    private readonly Argument<string[]> _keys = new("KEY")
    {
        Description = "The keys.",
        Arity = ArgumentArity.OneOrMore,
    };

    public DeleteCommand()
        : base("delete", "Deletes items.") => Command.Add(_keys);

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output)
    {
        int exit = AskExit.Done;
        foreach (string key in parsed.GetRequiredValue(_keys))
            exit = Math.Max(exit, output.Status(key, await client.DeleteAsync(key), "deleted"));
        return exit;
    }
}
