using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder cas KEY CAS [VALUE]</c>.</summary>
internal sealed class CasCommand : AskCommand
{
    private readonly Argument<string> _key = new("KEY") { Description = "The key." };
    private readonly Argument<ulong> _cas = new("CAS")
    {
        Description = "The cas value that the item must still have, as larder get --json shows it.",
    };

    private readonly ValueArgument _value = new();
    private readonly Option<int> _ttl = TtlOption("How long it lives, 0 for ever. [default: 0]");

    public CasCommand()
        : base("cas", "Stores a value if nobody else has changed it.")
    {
        Command.Add(_key);
        Command.Add(_cas);
        Command.Add(_value.Argument);
        Command.Add(_ttl);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output)
    {
        string key = parsed.GetRequiredValue(_key);
        CacheExpiry expiry = ExpiryOf(parsed.GetValue(_ttl));
        StoreRequest request = new(key, await _value.ReadAsync(parsed, output))
        {
            Expiry = expiry,
            CompareCas = parsed.GetValue(_cas),
        };
        return output.Status(key, await client.StoreAsync(in request), "stored");
    }
}
