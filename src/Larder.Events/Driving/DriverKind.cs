namespace Larder.Events.Driving;

/// <summary>Which driver steps the connections. Both run the same <see cref="Wire.Connection"/>.</summary>
public enum DriverKind
{
    /// <summary>Front-end threads, each with its own poller and its own connections for life.</summary>
    FrontEnds,
    /// <summary>One queue of one-shot events for all, taken one at a time by worker threads.</summary>
    Queue,
}
