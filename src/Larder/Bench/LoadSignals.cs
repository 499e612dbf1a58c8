namespace Larder.Bench;

/// <summary>What load threads tell the thread that conducts them. Any thread.</summary>
internal sealed class LoadSignals(int threads) : IDisposable
{
    private readonly ManualResetEventSlim _failed = new();
    private string? _failure; // owner: interlocked; the first one stays

    /// <summary>Each thread signals it once, when everything that it was to send is answered.</summary>
    public CountdownEvent Drained { get; } = new(threads);

    /// <summary>Set as soon as something made the run useless.</summary>
    public WaitHandle Failed => _failed.WaitHandle;

    /// <summary>What went wrong first; null when nothing did.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>The first error that a server answered with, for messages; of two first ones either.</summary>
    public string? FirstErrorReply { get; set; }

    /// <summary>Something made the run useless.</summary>
    public void Fail(string what)
    {
        Interlocked.CompareExchange(ref _failure, what, null);
        _failed.Set();
    }

    public void Dispose()
    {
        _failed.Dispose();
        Drained.Dispose();
    }
}
