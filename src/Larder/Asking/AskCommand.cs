using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary>One verb that asks servers as a client does: its arguments, and what it does with them.</summary>
internal abstract class AskCommand
{
    /// <summary>A verb.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="summary">A line of help.</param>
    protected AskCommand(string name, string summary) => Command = new Command(name, summary);

    /// <summary>The verb with its arguments and options.</summary>
    public Command Command { get; }

    /// <summary>Asks; the process's exit code.</summary>
    /// <exception cref="CacheException">A server failed.</exception>
    /// <exception cref="AskException">An argument cannot be used.</exception>
    public abstract Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output);

    /// <summary>A time in seconds, 0 for ever.</summary>
    protected static Option<int> TtlOption(string description) => new("--ttl", "-t")
    {
        Description = description,
        HelpName = "SECONDS",
    };

    /// <summary>The option's value as the client's expiry.</summary>
    protected static CacheExpiry ExpiryOf(int seconds) => seconds switch
    {
        < 0 => throw new AskException("--ttl must be 0 (for ever) or more seconds"),
        0 => CacheExpiry.Never,
        _ => CacheExpiry.After(TimeSpan.FromSeconds(seconds)),
    };
}
