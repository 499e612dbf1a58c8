using System.Runtime.CompilerServices;
using Larder.Client.Pipelining;

namespace Larder.Client.Routing;

/// <summary>
/// A client whose servers an ElastiCache cluster names: asked at the start and then again and again, of the
/// configuration endpoint or of any node.
/// </summary>
public sealed class ElastiCacheDiscovery : IAsyncDisposable
{
    private const int ReplyBytesMax = 1 << 20;

    private readonly ServerAddress _endpoint;
    private readonly CacheClientOptions _options;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _polling;
    private ClusterConfiguration _known; // owner: the polling task

    private ElastiCacheDiscovery(
        ServerAddress endpoint, CacheClientOptions options, ClusterConfiguration known, TimeSpan pause)
    {
        _endpoint = endpoint;
        _options = options;
        _known = known;
        options.Servers.Clear();
        foreach (ServerAddress server in known.Servers) options.Servers.Add(server);
        Client = new CacheClient(options);
        _polling = Task.Run(() => PollAsync(pause), CancellationToken.None);
    }

    /// <summary>The client. It ends with this.</summary>
    public CacheClient Client { get; }

    /// <summary>Why the last question failed; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Asks for the servers and makes the client.</summary>
    /// <param name="endpoint">The configuration endpoint.</param>
    /// <param name="options">The client's options; its servers are those of the cluster.</param>
    /// <param name="pause">Between two questions; a minute unless given.</param>
    /// <param name="token">Cancels the first question.</param>
    /// <exception cref="IOException">The endpoint cannot be reached, or is none; also what sockets throw.</exception>
    public static async Task<ElastiCacheDiscovery> StartAsync(
        ServerAddress endpoint, CacheClientOptions options, TimeSpan? pause = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        ClusterConfiguration known = await AskAsync(endpoint, options, token).ConfigureAwait(false);
        return new ElastiCacheDiscovery(endpoint, options, known, pause ?? TimeSpan.FromMinutes(1));
    }

    /// <summary>Ends the questions, and the client.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _polling.ConfigureAwait(false);
        await Client.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private static async Task<ClusterConfiguration> AskAsync(
        ServerAddress server, CacheClientOptions options, CancellationToken token)
    {
        Connector connector = new(server, options, TextDialect.Instance);
        Stream stream = (await connector.OpenAsync(token).ConfigureAwait(false)).Stream;
        await using ConfiguredAsyncDisposable closing = stream.ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(options.ConnectTimeout);
        await stream.WriteAsync("config get cluster\r\n"u8.ToArray(), patience.Token).ConfigureAwait(false);
        byte[] reply = new byte[4096];
        int length = 0;
        while (true)
        {
            if (length == reply.Length)
            {
                if (length >= ReplyBytesMax) throw new InvalidDataException("a configuration without an end");
                Array.Resize(ref reply, length * 2);
            }
            int received = await stream.ReadAsync(reply.AsMemory(length), patience.Token).ConfigureAwait(false);
            if (received == 0) throw new EndOfStreamException("the server closed the connection");
            length += received;
            if (ClusterConfiguration.TryRead(reply.AsSpan(0, length), out ClusterConfiguration? found)) return found!;
        }
    }

    private async Task PollAsync(TimeSpan pause)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, _options.Clock, _ending.Token).ConfigureAwait(false);
                await AskAnyAsync().ConfigureAwait(false);
                Failure = null;
            }
            catch (Exception failure)
            {
                // The list that is known stays; the next question may find an answer.
                Failure = failure.Message;
            }
        }
    }

    /// <summary>Every node answers, so that an endpoint which is away is no loss.</summary>
    private async Task AskAnyAsync()
    {
        Exception? failure = null;
        foreach (ServerAddress server in _known.Servers.Prepend(_endpoint))
        {
            try
            {
                ClusterConfiguration found = await AskAsync(server, _options, _ending.Token).ConfigureAwait(false);
                if (found.Version <= _known.Version) return;
                Client.UpdateServers(found.Servers);
                _known = found;
                return;
            }
            catch (Exception refused) when (refused is not OperationCanceledException)
            {
                failure = refused;
            }
        }
        throw failure!;
    }
}
