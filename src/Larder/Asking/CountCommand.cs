using System.CommandLine;
using System.Globalization;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder incr KEY [BY]</c> and <c>larder decr KEY [BY]</c>: prints the new number.</summary>
internal sealed class CountCommand : AskCommand
{
    private readonly bool _isDown;
    private readonly Argument<string> _key = new("KEY") { Description = "The key." };
    private readonly Argument<ulong> _by = new("BY")
    {
        Description = "By how much. [default: 1]",
        DefaultValueFactory = static _ => 1,
    };

    private readonly Option<ulong?> _initial = new("--initial")
    {
        Description = "What a key begins with that is not there; without it, that is a miss.",
        HelpName = "N",
    };

    private readonly Option<int> _ttl = TtlOption("How long a new item lives, 0 for ever. [default: 0]");

    public CountCommand(bool isDown)
        : base(isDown ? "decr" : "incr", isDown ? "Counts a number down, not below 0." : "Counts a number up.")
    {
        _isDown = isDown;
        Command.Add(_key);
        Command.Add(_by);
        Command.Add(_initial);
        Command.Add(_ttl);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output)
    {
        string key = parsed.GetRequiredValue(_key);
        CountRequest request = new(key)
        {
            Delta = parsed.GetValue(_by),
            Down = _isDown,
            Initial = parsed.GetValue(_initial),
            Expiry = ExpiryOf(parsed.GetValue(_ttl)),
        };
        CacheResult result = await client.CountAsync(in request);
        if (!output.IsJson)
            return output.Status(key, in result, result.Number.ToString(CultureInfo.InvariantCulture));
        output.Json(writer =>
        {
            writer.WriteString("key", key);
            writer.WriteString("status", AskOutput.WordOf(result.Status));
            if (result.IsSuccess) writer.WriteNumber("value", result.Number);
            writer.WriteString("server", result.Server);
        });
        return result.IsSuccess ? AskExit.Done : AskExit.Not;
    }
}
