using System.CommandLine;
using Larder.Client;

namespace Larder.Asking;

/// <summary>A verb that asks every server; one that fails does not keep the others from being shown.</summary>
internal abstract class AllServersCommand(string name, string summary) : AskCommand(name, summary)
{
    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output)
    {
        IReadOnlyList<ServerReply> replies = await AskAsync(parsed, client);
        foreach (ServerReply reply in replies)
        {
            if (output.IsJson) output.Json(writer => ReplyJson.Write(writer, reply));
            else if (reply.Result.IsError)
                output.Complain($"{reply.Server}: {reply.Result.Message ?? AskOutput.WordOf(reply.Result.Status)}");
        }
        ServerReply[] good = [.. replies.Where(static reply => !reply.Result.IsError)];
        if (!output.IsJson) Show(good, output);
        return good.Length == replies.Count ? AskExit.Done : AskExit.Unavailable;
    }

    /// <summary>Asks.</summary>
    protected abstract ValueTask<IReadOnlyList<ServerReply>> AskAsync(ParseResult parsed, CacheClient client);

    /// <summary>Shows what servers answered that could.</summary>
    protected abstract void Show(IReadOnlyList<ServerReply> replies, AskOutput output);
}
