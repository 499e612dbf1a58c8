using System.Buffers;
using Larder.Client.Keys;
using Larder.Client.Pipelining;
using Larder.Client.Routing;

namespace Larder.Client;

/// <summary>
/// A client of memcached and of Larder. One for a process is enough: it keeps a few connections to each server, over
/// which the requests of all callers go. Any thread may call it, at any time.
/// </summary>
/// <remarks>
/// <para>
/// Each operation has a form that throws <see cref="CacheException"/> for what failed, and a Try form that returns it
/// as a <see cref="CacheStatus"/>. Misses and refusals are results in both; wrong arguments throw in both, as does a
/// token that was cancelled: OperationCanceledException, and a change that had been sent may have been made then.
/// </para>
/// <para>
/// The ValueTasks are used again: await each once. Continuations run on the thread pool or on the caller's context.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using var client = new CacheClient("10.0.0.1:11211");
/// await client.SetAsync("greeting", "hello"u8.ToArray(), TimeSpan.FromMinutes(5));
/// using CacheValue value = await client.GetAsync("greeting");
/// </code>
/// </example>
public sealed class CacheClient : IAsyncDisposable
{
    private readonly CacheClientOptions _options;
    private readonly Router _router;
    private readonly KeyEncoder _keys;
    private int _isDisposed; // owner: interlocked

    /// <summary>Makes a client. Nothing is connected before the first operation.</summary>
    /// <param name="options">The options; the client keeps the object, so do not change it any more.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public CacheClient(CacheClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
        _keys = new KeyEncoder(options.KeyPrefix, options.InvalidKeys);
        _router = new Router(options);
    }

    /// <summary>Makes a client with the defaults.</summary>
    /// <param name="servers">Servers as <see cref="ServerAddress.Parse"/> reads them.</param>
    public CacheClient(params ReadOnlySpan<string> servers)
        : this(OptionsOf(servers))
    {
    }

    /// <summary>
    /// Reads a value into a writer. Nothing is written without a hit, and nothing after this has ended.
    /// </summary>
    public ValueTask<CacheResult> GetAsync(
        in GetRequest request, IBufferWriter<byte> destination, CancellationToken token = default) =>
        Get(in request, destination, throws: true, token);

    /// <summary>
    /// Reads a value into a writer. Nothing is written without a hit, and nothing after this has ended.
    /// </summary>
    public ValueTask<CacheResult> TryGetAsync(
        in GetRequest request, IBufferWriter<byte> destination, CancellationToken token = default) =>
        Get(in request, destination, throws: false, token);

    /// <summary>Reads a value into memory of its own, which the caller disposes of.</summary>
    public ValueTask<CacheValue> GetAsync(in GetRequest request, CancellationToken token = default) =>
        Get(in request, throws: true, token);

    /// <summary>Reads a value into memory of its own, which the caller disposes of.</summary>
    public ValueTask<CacheValue> TryGetAsync(in GetRequest request, CancellationToken token = default) =>
        Get(in request, throws: false, token);

    /// <summary>Stores a value.</summary>
    public ValueTask<CacheResult> StoreAsync(in StoreRequest request, CancellationToken token = default) =>
        Store(in request, throws: true, token);

    /// <summary>Stores a value.</summary>
    public ValueTask<CacheResult> TryStoreAsync(in StoreRequest request, CancellationToken token = default) =>
        Store(in request, throws: false, token);

    /// <summary>Deletes an item, or marks it as stale.</summary>
    public ValueTask<CacheResult> DeleteAsync(in DeleteRequest request, CancellationToken token = default) =>
        Delete(in request, throws: true, token);

    /// <summary>Deletes an item, or marks it as stale.</summary>
    public ValueTask<CacheResult> TryDeleteAsync(in DeleteRequest request, CancellationToken token = default) =>
        Delete(in request, throws: false, token);

    /// <summary>Ends all connections; what waits for a reply fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _router.DisposeAsync().ConfigureAwait(false);
    }

    private static CacheClientOptions OptionsOf(ReadOnlySpan<string> servers)
    {
        CacheClientOptions options = new();
        foreach (string server in servers) options.Servers.Add(ServerAddress.Parse(server));
        return options;
    }

    private ValueTask<CacheResult> Get(
        in GetRequest request, IBufferWriter<byte> destination, bool throws, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (token.IsCancellationRequested) return ValueTask.FromCanceled<CacheResult>(token);
        Operation operation = Prepare(request.Key);
        Fill(ref operation.Request, in request);
        operation.Destination = destination;
        return Run(operation, throws, request.Timeout, token);
    }

    private ValueTask<CacheValue> Get(in GetRequest request, bool throws, CancellationToken token)
    {
        if (token.IsCancellationRequested) return ValueTask.FromCanceled<CacheValue>(token);
        Operation operation = Prepare(request.Key);
        Fill(ref operation.Request, in request);
        operation.WantsOwner = true;
        var result = new ValueTask<CacheValue>(operation, operation.Version);
        Start(operation, throws, request.Timeout, token);
        return result;
    }

    private ValueTask<CacheResult> Store(in StoreRequest request, bool throws, CancellationToken token)
    {
        if (token.IsCancellationRequested) return ValueTask.FromCanceled<CacheResult>(token);
        Operation operation = Prepare(request.Key);
        ref WireRequest wire = ref operation.Request;
        wire.Kind = RequestKind.Store;
        wire.Mode = request.Mode;
        wire.Value = request.Value;
        if (request.Mode is not (StoreMode.Append or StoreMode.Prepend))
        {
            wire.ClientFlags = request.ClientFlags;
            wire.Exptime = request.Expiry.ToExptime(_options.Clock);
        }
        wire.CompareCas = request.CompareCas.GetValueOrDefault();
        wire.NewCas = request.NewCas.GetValueOrDefault();
        wire.VivifyExptime = ToExptime(request.CreateFor);
        wire.Traits = If(request.WithCas, RequestTraits.WithCas)
            | If(request.CompareCas.HasValue, RequestTraits.CompareCas)
            | If(request.NewCas.HasValue, RequestTraits.NewCas)
            | If(request.StoreStale, RequestTraits.Stale)
            | If(request.CreateFor.HasValue, RequestTraits.Vivify);
        return Run(operation, throws, request.Timeout, token);
    }

    private ValueTask<CacheResult> Delete(in DeleteRequest request, bool throws, CancellationToken token)
    {
        if (token.IsCancellationRequested) return ValueTask.FromCanceled<CacheResult>(token);
        Operation operation = Prepare(request.Key);
        ref WireRequest wire = ref operation.Request;
        wire.Kind = RequestKind.Delete;
        wire.CompareCas = request.CompareCas.GetValueOrDefault();
        wire.Exptime = ToExptime(request.StaleFor);
        wire.Traits = If(request.CompareCas.HasValue, RequestTraits.CompareCas)
            | If(request.StaleFor.HasValue, RequestTraits.Stale);
        return Run(operation, throws, request.Timeout, token);
    }

    private void Fill(ref WireRequest wire, in GetRequest request)
    {
        wire.Kind = RequestKind.Get;
        wire.Exptime = request.Touch.GetValueOrDefault().ToExptime(_options.Clock);
        wire.VivifyExptime = ToExptime(request.CreateFor);
        wire.RecacheTtl = ToExptime(request.RecacheBelow);
        wire.Traits = If(request.Touch.HasValue, RequestTraits.Touch)
            | If(request.WithCas, RequestTraits.WithCas)
            | If(request.WithTtl, RequestTraits.WithTtl)
            | If(request.NoBump, RequestTraits.NoBump)
            | If(request.CreateFor.HasValue, RequestTraits.Vivify)
            | If(request.RecacheBelow.HasValue, RequestTraits.Recache);
    }

    private int ToExptime(TimeSpan? time) => time is { } some ? CacheExpiry.After(some).ToExptime(_options.Clock) : 0;

    private static RequestTraits If(bool condition, RequestTraits trait) => condition ? trait : RequestTraits.None;

    private Operation Prepare(in CacheKey key)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        Operation operation = Operation.Take();
        try
        {
            operation.KeyLength = _keys.Encode(in key, operation.KeyRoom);
        }
        catch
        {
            operation.Abandon();
            throw;
        }
        return operation;
    }

    private ValueTask<CacheResult> Run(Operation operation, bool throws, TimeSpan? timeout, CancellationToken token)
    {
        var result = new ValueTask<CacheResult>(operation, operation.Version);
        Start(operation, throws, timeout, token);
        return result;
    }

    private void Start(Operation operation, bool throws, TimeSpan? timeout, CancellationToken token)
    {
        operation.Throws = throws;
        operation.HidesErrors = _options.ErrorsAreMisses;
        try
        {
            _router.Dialect.Check(in operation.Request);
        }
        catch
        {
            operation.Abandon();
            throw;
        }
        _router.Start(operation, timeout, token);
    }
}
