namespace Larder.Extensions.Caching.Hybrid;

/// <summary>
/// The one search for a key that all callers of this process who ask at the same time share. It goes on while anybody
/// waits for it, and is cancelled when the last of them has left. Its fields belong to the lock of the table.
/// </summary>
#pragma warning disable CA1001 // the source has neither a timer nor a handle, and its last user is not known
internal sealed class Flight
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _left = new();

    /// <summary>Completes with what was found or made; null where there is nothing.</summary>
    public TaskCompletionSource<LocalEntry?> Landed { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Left => _left.Token;

    /// <summary>Callers who wait.</summary>
    public int Waiting { get; set; }

    /// <summary>Nobody waits any more.</summary>
    public void Abandon() => _left.Cancel();
}
