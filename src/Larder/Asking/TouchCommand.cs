using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder touch KEY... --ttl SECONDS</c>.</summary>
internal sealed class TouchCommand : AskCommand
{
    private readonly Argument<string[]> _keys = new("KEY")
    {
        Description = "The keys.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int> _ttl = TtlOption("How long they live from now on, 0 for ever.");

    public TouchCommand()
        : base("touch", "Gives items a new time to live.")
    {
        _ttl.Required = true;
        Command.Add(_keys);
        Command.Add(_ttl);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output)
    {
        CacheExpiry expiry = ExpiryOf(parsed.GetValue(_ttl));
        int exit = AskExit.Done;
        foreach (string key in parsed.GetRequiredValue(_keys))
            exit = Math.Max(exit, output.Status(key, await client.TouchAsync(key, expiry), "touched"));
        return exit;
    }
}
