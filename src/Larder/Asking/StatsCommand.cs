using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder stats [WHICH]</c>: a row for each name, a column for each server.</summary>
internal sealed class StatsCommand : AllServersCommand
{
    private readonly Argument<string?> _which = new("WHICH")
    {
        Description = "settings, items, slabs, conns, larder and the like; without it the general ones.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public StatsCommand()
        : base("stats", "Prints the statistics of all servers.") => Command.Add(_which);

    /// <inheritdoc/>
    protected override ValueTask<IReadOnlyList<ServerReply>> AskAsync(ParseResult parsed, CacheClient client) =>
        client.StatisticsAsync(parsed.GetValue(_which));

    /// <inheritdoc/>
    protected override void Show(IReadOnlyList<ServerReply> replies, AskOutput output)
    {
        List<string[]> table = [["name", .. replies.Select(static reply => reply.Server)]];
        ILookup<string, string>[] columns = [.. replies.Select(static reply =>
            reply.Statistics.ToLookup(static each => each.Key, static each => each.Value))];
        IEnumerable<KeyValuePair<string, string>> all = replies.SelectMany(static reply => reply.Statistics);
        foreach (string name in all.Select(static each => each.Key).Distinct(StringComparer.Ordinal))
            table.Add([name, .. columns.Select(column => string.Join(' ', column[name]))]);
        output.Table(table);
    }
}
