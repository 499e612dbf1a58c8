using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder flush</c>: invalidates all items of all servers.</summary>
internal sealed class FlushCommand : AllServersCommand
{
    private readonly Option<int> _delay = new("--delay")
    {
        Description = "In so many seconds instead of now.",
        HelpName = "SECONDS",
    };

    public FlushCommand()
        : base("flush", "Invalidates all items on all servers.") => Command.Add(_delay);

    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyList<ServerReply>> AskAsync(ParseResult parsed, CacheClient client)
    {
        int seconds = parsed.GetValue(_delay);
        if (seconds < 0) throw new AskException("--delay must be 0 or more seconds");
        return client.FlushAsync(TimeSpan.FromSeconds(seconds));
    }

    /// <inheritdoc/>
    protected override void Show(IReadOnlyList<ServerReply> replies, AskOutput output)
    {
        foreach (ServerReply reply in replies) output.Line($"{reply.Server}: flushed");
    }
}
