using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder set KEY [VALUE]</c>.</summary>
internal sealed class SetCommand : AskCommand
{
    private readonly Argument<string> _key = new("KEY") { Description = "The key." };
    private readonly ValueArgument _value = new();
    private readonly Option<int> _ttl = TtlOption("How long it lives, 0 for ever. [default: 0]");
    private readonly Option<uint> _flags = new("--flags")
    {
        Description = "Client flags, a number that is kept beside the value. [default: 0]",
        HelpName = "N",
    };

    private readonly Option<StoreMode> _mode = new("--mode")
    {
        Description = "set, add (only a new key), replace (only one that is there), append or prepend. [default: set]",
        HelpName = "MODE",
    };

    public SetCommand()
        : base("set", "Stores a value.")
    {
        Command.Add(_key);
        Command.Add(_value.Argument);
        Command.Add(_ttl);
        Command.Add(_flags);
        Command.Add(_mode);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output)
    {
        string key = parsed.GetRequiredValue(_key);
        CacheExpiry expiry = ExpiryOf(parsed.GetValue(_ttl));
        StoreRequest request = new(key, await _value.ReadAsync(parsed, output))
        {
            Expiry = expiry,
            ClientFlags = parsed.GetValue(_flags),
            Mode = parsed.GetValue(_mode),
        };
        return output.Status(key, await client.StoreAsync(in request), "stored");
    }
}
