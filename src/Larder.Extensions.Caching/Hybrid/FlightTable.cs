namespace Larder.Extensions.Caching.Hybrid;

/// <summary>The searches that are under way in this process. Any thread; its lock is held over no other code.</summary>
internal sealed class FlightTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FlightKey, Flight> _flights = [];

    /// <summary>Joins the search for the key, and begins it where there was none; whoever joins must leave.</summary>
    public Flight Join(FlightKey key, out bool isFirst)
    {
        lock (_lock)
        {
            isFirst = !_flights.TryGetValue(key, out Flight? flight);
            if (isFirst) _flights[key] = flight = new Flight();
            flight!.Waiting++;
            return flight;
        }
    }

    /// <summary>A caller leaves, served or not.</summary>
    public void Leave(FlightKey key, Flight flight)
    {
        bool isAbandoned;
        lock (_lock)
        {
            flight.Waiting--;
            isAbandoned = flight.Waiting == 0 && Forget(key, flight);
        }
        if (isAbandoned) flight.Abandon();
    }

    /// <summary>The search is over: who comes now begins another.</summary>
    public void End(FlightKey key, Flight flight)
    {
        lock (_lock) _ = Forget(key, flight);
    }

    private bool Forget(FlightKey key, Flight flight) =>
        _flights.TryGetValue(key, out Flight? present) && ReferenceEquals(present, flight) && _flights.Remove(key);
}
