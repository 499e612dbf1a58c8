using System.Collections.Concurrent;
using System.Globalization;
using Larder.Events.Wire;

namespace Larder.Cache.Authentication;

/// <summary>
/// Threads that hash passwords, so that the threads which serve clients never do: a bounded number, with a bounded
/// number of clients that wait for them, parked.
/// </summary>
/// <remarks>
/// <code>
///   connection's thread: TryReserve -> Run --job--> a thread here: Compute -> ticket --> connection's thread: Finish
/// </code>
/// A client that leaves meanwhile is freed by its ticket.
/// </remarks>
internal sealed class HashPool : IDisposable
{
    private readonly BlockingCollection<(ISaslExchange Exchange, ParkTicket Ticket)> _jobs = [];
    private readonly Thread[] _threads;
    private readonly int _placesMax;
    private int _places;            // owner: interlocked; jobs that wait or are computed
    private long _computed;         // owner: interlocked
    private long _refused;          // owner: interlocked
    private volatile bool _isStopping;

    /// <param name="threads">How many, 1 or more.</param>
    /// <param name="placesMax">Clients that may wait or be computed for, 1 or more.</param>
    public HashPool(int threads, int placesMax)
    {
        _placesMax = placesMax;
        _threads = new Thread[threads];
        for (int index = 0; index < threads; index++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"larder-hash-{index}");
            _threads[index] = new Thread(Work) { Name = name, IsBackground = true };
            _threads[index].Start();
        }
    }

    /// <summary>Clients that wait or are computed for.</summary>
    public int Places => Volatile.Read(ref _places);

    /// <summary>Passwords that were hashed.</summary>
    public long Computed => Interlocked.Read(ref _computed);

    /// <summary>Clients that found no place.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes a place for <see cref="Run"/>, which must follow; false when all are taken.</summary>
    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _places) <= _placesMax)
        {
            return true;
        }
        Interlocked.Decrement(ref _places);
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>Has an exchange computed, then completes the ticket.</summary>
    public void Run(ISaslExchange exchange, ParkTicket ticket) => _jobs.Add((exchange, ticket));

    /// <summary>Lets those who wait go on without a result, and the threads leave. After the driver's have.</summary>
    public void Stop()
    {
        if (!_isStopping)
        {
            _isStopping = true;
            _jobs.CompleteAdding();
        }
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _jobs.Dispose();
    }

    private void Work()
    {
        try
        {
            foreach ((ISaslExchange exchange, ParkTicket ticket) in _jobs.GetConsumingEnumerable())
            {
                if (!_isStopping)
                {
                    exchange.Compute();
                    Interlocked.Increment(ref _computed);
                }
                Interlocked.Decrement(ref _places); // before the client knows: it may come again at once
                ticket.Complete();
            }
        }
        catch (Exception error)
        {
            Environment.FailFast("larder-hash died", error);
        }
    }
}
