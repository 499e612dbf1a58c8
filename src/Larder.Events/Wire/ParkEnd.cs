namespace Larder.Events.Wire;

/// <summary>What a completed ticket has to be followed by.</summary>
internal enum ParkEnd
{
    /// <summary>The connection's own thread will find it completed.</summary>
    None,
    /// <summary>The driver has to bring the connection back.</summary>
    Resume,
    /// <summary>The driver has gone: the connection is to be freed here.</summary>
    Free,
}
