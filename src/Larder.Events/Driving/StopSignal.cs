namespace Larder.Events.Driving;

/// <summary>Whether and how a driver stops; written once by the stopping thread, read by the driver's threads.</summary>
internal sealed class StopSignal
{
    private const int Running = 0;
    private const int Fast = 1;
    private const int Graceful = 2;

    private int _state; // owner: the stopping thread; read by all

    public bool IsSet => Volatile.Read(ref _state) != Running;

    public bool IsGraceful => Volatile.Read(ref _state) == Graceful;

    /// <summary>A fast stop may follow a graceful one; never the other way round.</summary>
    public void Set(StopMode mode)
    {
        int wanted = mode == StopMode.Fast ? Fast : Graceful;
        if (Interlocked.CompareExchange(ref _state, wanted, Running) == Graceful && wanted == Fast)
        {
            Volatile.Write(ref _state, Fast);
        }
    }
}
