using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder ping</c>: which servers answer, and with which version.</summary>
internal sealed class PingCommand() : AllServersCommand("ping", "Asks all servers whether they are there.")
{
    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyList<ServerReply>> AskAsync(ParseResult parsed, CacheClient client) =>
        client.VersionAsync();

    /// <inheritdoc/>
    protected override void Show(IReadOnlyList<ServerReply> replies, AskOutput output)
    {
        foreach (ServerReply reply in replies) output.Line($"{reply.Server}: version {reply.Text}");
    }
}
