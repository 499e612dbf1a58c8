using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder get KEY</c>: the value's bytes, and nothing else.</summary>
internal sealed class GetCommand : AskCommand
{
    private readonly Argument<string> _key = new("KEY") { Description = "The key." };
    private readonly Option<int?> _touch = new("--touch")
    {
        Description = "Give the item a new time to live as well, 0 for ever (gat).",
        HelpName = "SECONDS",
    };

    public GetCommand()
        : base("get", "Prints a value.")
    {
        Command.Add(_key);
        Command.Add(_touch);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output)
    {
        string key = parsed.GetRequiredValue(_key);
        int? touch = parsed.GetValue(_touch);
        GetRequest request = new(key)
        {
            WithCas = output.IsJson,
            Touch = touch is { } seconds ? ExpiryOf(seconds) : null,
        };
        using CacheValue item = await client.GetAsync(in request);
        CacheValue shown = item;
        if (output.IsJson) output.Json(writer => ItemJson.Write(writer, key, shown));
        else if (item.IsHit) output.Value(item.Span);
        else output.Complain($"{key}: there is no such key");
        return item.IsHit ? AskExit.Done : AskExit.Not;
    }
}
