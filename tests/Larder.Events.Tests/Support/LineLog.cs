using System.Collections.Concurrent;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>
/// What the connections of a <see cref="LineServer"/> did, for tests to look at from their own thread.
/// </summary>
internal sealed class LineLog
{
    private int _executed;
    private int _closed;

    public int Executed => Volatile.Read(ref _executed);

    public int Closed => Volatile.Read(ref _closed);

    public ConcurrentQueue<CloseReason> Reasons { get; } = new();

    public ConcurrentQueue<ParkTicket> Tickets { get; } = new();

    /// <summary>The numbers of all "mark N" in the order of their execution.</summary>
    public ConcurrentQueue<int> Marks { get; } = new();

    /// <summary>What "block" waits for.</summary>
    public ManualResetEventSlim Gate { get; } = new();

    /// <summary>
    /// Completes a ticket inline (0), from the thread pool at once (1), or there after some spinning.
    /// </summary>
    public void Complete(ParkTicket ticket, int spins)
    {
        if (spins == 0)
        {
            ticket.Complete();
            return;
        }
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            Thread.SpinWait(spins);
            ticket.Complete();
        }, null);
    }

    public void CountExecuted() => Interlocked.Increment(ref _executed);

    public void CountClosed(CloseReason reason)
    {
        Reasons.Enqueue(reason);
        Interlocked.Increment(ref _closed);
    }
}
