using System.Runtime.CompilerServices;
using Larder.Client.Pipelining;
using Larder.Client.Routing;

namespace Larder.Client.Observing;

/// <summary>
/// Runs operations of a client while somebody listens. Errors are seen here before they are thrown at the caller or
/// hidden from him, and a span is the current one of no flow but the operation's own.
/// </summary>
internal sealed class OperationObserver
{
    private readonly Router _router;
    private readonly bool _hidesErrors;

    public OperationObserver(Router router, CacheClientOptions options)
    {
        _router = router;
        _hidesErrors = options.ErrorsAreMisses;
    }

    /// <summary>Runs an operation that is complete.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CacheResult> RunAsync(
        Operation operation, bool throws, TimeSpan? timeout, CancellationToken token)
    {
        Observation observation = Begin(operation);
        CacheResult result;
        try
        {
            var running = new ValueTask<CacheResult>(operation, operation.Version);
            _router.Start(operation, timeout, token);
            result = await running.ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            observation.End(thrown);
            throw;
        }
        observation.End(in result);
        return Shown(in result, throws);
    }

    /// <summary>Runs a read that is complete, for its value.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CacheValue> RunForValueAsync(
        Operation operation, bool throws, TimeSpan? timeout, CancellationToken token)
    {
        Observation observation = Begin(operation);
        CacheValue value;
        try
        {
            var running = new ValueTask<CacheValue>(operation, operation.Version);
            _router.Start(operation, timeout, token);
            value = await running.ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            observation.End(thrown);
            throw;
        }
        CacheResult result = value.Result;
        observation.End(in result);
        return result.IsError ? new CacheValue(Shown(in result, throws), null) : value;
    }

    /// <summary>Ends a batch of reads that were run with their errors shown.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="values">What was read; errors are hidden where the caller wants that.</param>
    public void End(Observation batch, CacheValue[] values)
    {
        batch.End(values);
        if (!_hidesErrors) return;
        for (int i = 0; i < values.Length; i++)
        {
            CacheResult result = values[i].Result;
            if (result.IsError) values[i] = new CacheValue(Shown(in result, throws: false), null);
        }
    }

    private Observation Begin(Operation operation) => Observation.Begin(
        OperationName.Of(in operation.Request), _router, _router.Set.Find(operation.Key));

    private CacheResult Shown(in CacheResult result, bool throws)
    {
        if (!result.IsError) return result;
        if (_hidesErrors) return result with { Status = CacheStatus.Miss };
        return throws ? throw new CacheException(result) : result;
    }
}
