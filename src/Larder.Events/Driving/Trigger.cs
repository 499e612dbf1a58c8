namespace Larder.Events.Driving;

/// <summary>How a driver is told of readiness.</summary>
public enum Trigger
{
    /// <summary>Once for each change; interest is registered once (front ends) or armed with an edge (queue).</summary>
    Edge,
    /// <summary>While it lasts; interest is changed when writing blocks. For comparison.</summary>
    Level,
}
