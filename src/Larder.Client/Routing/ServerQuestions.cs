using System.Text;
using Larder.Client.Observing;
using Larder.Client.Pipelining;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Client.Routing;

/// <summary>Questions that go to every server, whatever is thought of it, and their answers.</summary>
internal static class ServerQuestions
{
    /// <summary>Asks all at once.</summary>
    public static async ValueTask<IReadOnlyList<ServerReply>> AskAllAsync(
        Router router, WireRequest request, CancellationToken token)
    {
        Server[] servers = router.Set.Servers;
        var asked = new Task<ServerReply>[servers.Length];
        for (int i = 0; i < servers.Length; i++) asked[i] = AskAsync(router, servers[i], request, token);
        return await Task.WhenAll(asked).ConfigureAwait(false);
    }

    private static async Task<ServerReply> AskAsync(
        Router router, Server server, WireRequest request, CancellationToken token)
    {
        Operation operation = Operation.Take();
        operation.Request = request;
        operation.WantsOwner = true;
        Observation observation = ClientTelemetry.IsOn
            ? Observation.Begin(OperationName.Of(in request), router, server)
            : default;
        CacheValue answer;
        try
        {
            answer = await router.AskForValueAsync(server, operation, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled)
        {
            observation.End(cancelled);
            throw;
        }
        using CacheValue value = answer;
        observation.End(value.Result);
        bool isText = value.Result.IsSuccess && request.Kind == RequestKind.Version;
        bool isStatistics = value.Result.IsSuccess && request.Kind == RequestKind.Stats;
        return new ServerReply(
            server.Name,
            value.Result,
            isText ? Encoding.UTF8.GetString(value.Span) : null,
            isStatistics ? ReadStatistics(value.Span, router.Dialect is BinaryDialect) : []);
    }

    /// <summary>Statistics are handed up as they came: lines, or frames.</summary>
    private static List<KeyValuePair<string, string>> ReadStatistics(ReadOnlySpan<byte> replies, bool isBinary)
    {
        List<KeyValuePair<string, string>> statistics = [];
        while (!replies.IsEmpty)
        {
            if (isBinary)
            {
                BinaryReply binary = default;
                if (BinaryResponseReader.Read(replies, ref binary) != ReplyStatus.Complete) break;
                Add(binary.Key, binary.Value);
                replies = replies[(int)binary.TotalLength..];
            }
            else
            {
                TextReply text = default;
                if (TextResponseReader.Read(replies, ref text) != ReplyStatus.Complete) break;
                Add(text.Key, text.Value);
                replies = replies[(int)text.TotalLength..];
            }
        }
        return statistics;

        void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
            statistics.Add(new(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value)));
    }
}
