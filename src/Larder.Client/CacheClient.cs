using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Text;
using Larder.Client.Keys;
using Larder.Client.Observing;
using Larder.Client.Pipelining;
using Larder.Client.Routing;
using Larder.Client.Serializing;
using Larder.Protocol.Scan;

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
public sealed class CacheClient : IAsyncDisposable, IDisposable
{
    private readonly CacheClientOptions _options;
    private readonly Router _router;
    private readonly KeyEncoder _keys;
    private readonly OperationObserver _observer;
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
        Codec = new ValueCodec(options);
        _router = new Router(options);
        _observer = new OperationObserver(_router, options);
    }

    /// <summary>Makes a client with the defaults.</summary>
    /// <param name="servers">Servers as <see cref="ServerAddress.Parse"/> reads them.</param>
    public CacheClient(params ReadOnlySpan<string> servers)
        : this(OptionsOf(servers))
    {
    }

    internal ValueCodec Codec { get; }

    internal TimeProvider Clock => _options.Clock;

    internal ClientProtocol Protocol => _options.Protocol;

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

    /// <summary>Counts a number up or down.</summary>
    public ValueTask<CacheResult> CountAsync(in CountRequest request, CancellationToken token = default) =>
        Count(in request, throws: true, token);

    /// <summary>Counts a number up or down.</summary>
    public ValueTask<CacheResult> TryCountAsync(in CountRequest request, CancellationToken token = default) =>
        Count(in request, throws: false, token);

    /// <summary>Gives an item a new expiry.</summary>
    public ValueTask<CacheResult> TouchAsync(CacheKey key, CacheExpiry expiry, CancellationToken token = default) =>
        Touch(in key, expiry, throws: true, token);

    /// <summary>Gives an item a new expiry.</summary>
    public ValueTask<CacheResult> TryTouchAsync(CacheKey key, CacheExpiry expiry, CancellationToken token = default) =>
        Touch(in key, expiry, throws: false, token);

    /// <summary>
    /// Reads many values at once, from all servers that have them. Each has its own result: what fails for some keys
    /// does not fail for others.
    /// </summary>
    /// <param name="keys">The keys; one that is twice there is read twice.</param>
    /// <param name="token">Cancels all.</param>
    /// <returns>The values in the order of the keys, each to be disposed of.</returns>
    public async ValueTask<CacheValue[]> TryGetManyAsync(
        IReadOnlyList<CacheKey> keys, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var waiting = new ValueTask<CacheValue>[keys.Count];
        var values = new CacheValue[keys.Count];
        Exception? failure = null;
        bool isObserved = keys.Count > 1 && ClientTelemetry.IsOn;
        Observation batch = isObserved ? Observation.BeginBatch(_router, keys.Count) : default;
        for (int i = 0; i < waiting.Length; i++)
        {
            try
            {
#pragma warning disable CA2012 // each is awaited once, below
                waiting[i] = Get(new GetRequest(keys[i]), throws: false, token, isPart: isObserved);
#pragma warning restore CA2012
            }
            catch (Exception wrong) when (wrong is ArgumentException or ObjectDisposedException)
            {
                failure ??= wrong;
            }
        }
        for (int i = 0; i < waiting.Length; i++)
        {
            try
            {
                values[i] = await waiting[i].ConfigureAwait(false);
            }
            catch (OperationCanceledException cancelled)
            {
                failure ??= cancelled;
            }
        }
        if (failure is null)
        {
            if (isObserved) _observer.End(batch, values);
            return values;
        }
        batch.End(failure);
        foreach (CacheValue value in values) value.Dispose();
        ExceptionDispatchInfo.Throw(failure);
        return values;
    }

    /// <summary>Asks each server whether it is there. Marks of being down are not looked at.</summary>
    public ValueTask<IReadOnlyList<ServerReply>> PingAsync(CancellationToken token = default) =>
        ServerQuestions.AskAllAsync(_router, new WireRequest { Kind = RequestKind.Ping }, token);

    /// <summary>Asks each server for its version.</summary>
    public ValueTask<IReadOnlyList<ServerReply>> VersionAsync(CancellationToken token = default) =>
        ServerQuestions.AskAllAsync(_router, new WireRequest { Kind = RequestKind.Version }, token);

    /// <summary>Asks each server for statistics.</summary>
    /// <param name="which">settings, items and the like; null for the general ones.</param>
    /// <param name="token">Cancels.</param>
    public ValueTask<IReadOnlyList<ServerReply>> StatisticsAsync(
        string? which = null, CancellationToken token = default)
    {
        if (which is not null && which.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException("statistics have names of ASCII", nameof(which));
        ReadOnlyMemory<byte> name = which is null ? default : Encoding.ASCII.GetBytes(which);
        return ServerQuestions.AskAllAsync(_router, new WireRequest { Kind = RequestKind.Stats, Value = name }, token);
    }

    /// <summary>Invalidates all items on all servers.</summary>
    /// <param name="delay">When; zero: now.</param>
    /// <param name="token">Cancels.</param>
    public ValueTask<IReadOnlyList<ServerReply>> FlushAsync(
        TimeSpan delay = default, CancellationToken token = default)
    {
        int exptime = delay > TimeSpan.Zero ? CacheExpiry.After(delay).ToExptime(_options.Clock) : 0;
        WireRequest flush = new() { Kind = RequestKind.Flush, Exptime = exptime };
        return ServerQuestions.AskAllAsync(_router, flush, token);
    }

    /// <summary>
    /// Exchanges the list of servers while the client runs. Servers that stay keep their connections; which keys move
    /// is the placement's.
    /// </summary>
    /// <param name="servers">The new list, at least one.</param>
    /// <exception cref="ArgumentException">The placement cannot use this list; the old one stays.</exception>
    public void UpdateServers(IReadOnlyList<ServerAddress> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        _router.Update(servers);
    }

    /// <summary>
    /// The same as <see cref="DisposeAsync"/>, for those who cannot wait: containers may dispose of it so.
    /// </summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

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

    /// <param name="request">The read.</param>
    /// <param name="throws">Whether errors are thrown.</param>
    /// <param name="token">Cancels.</param>
    /// <param name="isPart">Whether it belongs to a batch that is observed as a whole, errors and all.</param>
    private ValueTask<CacheValue> Get(
        in GetRequest request, bool throws, CancellationToken token, bool isPart = false)
    {
        if (token.IsCancellationRequested) return ValueTask.FromCanceled<CacheValue>(token);
        Operation operation = Prepare(request.Key);
        Fill(ref operation.Request, in request);
        operation.WantsOwner = true;
        Check(operation);
        if (!isPart && ClientTelemetry.IsOn)
            return _observer.RunForValueAsync(operation, throws, request.Timeout, token);
        var result = new ValueTask<CacheValue>(operation, operation.Version);
        Start(operation, throws, !isPart && _options.ErrorsAreMisses, request.Timeout, token);
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

    private ValueTask<CacheResult> Touch(in CacheKey key, CacheExpiry expiry, bool throws, CancellationToken token)
    {
        if (token.IsCancellationRequested) return ValueTask.FromCanceled<CacheResult>(token);
        Operation operation = Prepare(key);
        operation.Request.Kind = RequestKind.Touch;
        operation.Request.Exptime = expiry.ToExptime(_options.Clock);
        return Run(operation, throws, null, token);
    }

    private ValueTask<CacheResult> Count(in CountRequest request, bool throws, CancellationToken token)
    {
        if (token.IsCancellationRequested) return ValueTask.FromCanceled<CacheResult>(token);
        if (request.Initial is { } initial && Protocol == ClientProtocol.Text)
            return CountByAddingAsync(request, initial, throws, token);
        Operation operation = Prepare(request.Key);
        ref WireRequest wire = ref operation.Request;
        wire.Kind = RequestKind.Count;
        wire.Delta = request.Delta;
        wire.Initial = request.Initial.GetValueOrDefault();
        wire.Exptime = request.Expiry.ToExptime(_options.Clock);
        wire.Traits = If(request.Down, RequestTraits.Down) | If(request.Initial.HasValue, RequestTraits.Initial);
        return Run(operation, throws, request.Timeout, token);
    }

    /// <summary>
    /// What the classic protocol takes two requests for. Between them somebody else may create the key, or delete it
    /// again: then it begins anew.
    /// </summary>
    private async ValueTask<CacheResult> CountByAddingAsync(
        CountRequest request, ulong initial, bool throws, CancellationToken token)
    {
        byte[] digits = new byte[NumberWriter.UInt64LengthMax];
        StoreRequest add = new(request.Key, digits.AsMemory(0, NumberWriter.Write(digits, initial)))
        {
            Mode = StoreMode.Add,
            Expiry = request.Expiry,
            Timeout = request.Timeout,
        };
        while (true)
        {
            CacheResult counted =
                await Count(request with { Initial = null }, throws, token).ConfigureAwait(false);
            if (counted.Status != CacheStatus.Miss) return counted;
            CacheResult added = await Store(in add, throws, token).ConfigureAwait(false);
            if (added.Status == CacheStatus.Done) return added with { Number = initial };
            if (added.Status != CacheStatus.NotStored) return added;
        }
    }

    private void Fill(ref WireRequest wire, in GetRequest request)
    {
        wire.Kind = RequestKind.Get;
        wire.Exptime = request.Touch.GetValueOrDefault().ToExptime(_options.Clock);
        wire.VivifyExptime = ToExptime(request.CreateFor);
        wire.RecacheTtl = ToExptime(request.RecacheBelow);
        wire.Traits = If(request.Touch.HasValue, RequestTraits.Touch)
            | If(request.WithCas, RequestTraits.WithCas)
            | If(request.NoValue, RequestTraits.NoValue)
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
        Check(operation);
        if (ClientTelemetry.IsOn) return _observer.RunAsync(operation, throws, timeout, token);
        var result = new ValueTask<CacheResult>(operation, operation.Version);
        Start(operation, throws, _options.ErrorsAreMisses, timeout, token);
        return result;
    }

    private void Start(
        Operation operation, bool throws, bool hidesErrors, TimeSpan? timeout, CancellationToken token)
    {
        operation.Throws = throws;
        operation.HidesErrors = hidesErrors;
        _router.Start(operation, timeout, token);
    }

    /// <summary>Refuses what the protocol cannot say.</summary>
    private void Check(Operation operation)
    {
        try
        {
            _router.Dialect.Check(in operation.Request);
        }
        catch
        {
            operation.Abandon();
            throw;
        }
    }
}
