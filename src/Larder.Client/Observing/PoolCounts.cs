namespace Larder.Client.Observing;

/// <summary>The connections of a server at one time, of one client or of several.</summary>
internal struct PoolCounts
{
    /// <summary>Connections on which nobody waits for a reply.</summary>
    public int Idle;

    /// <summary>Connections on which somebody does.</summary>
    public int Used;

    /// <summary>Connections that there may be.</summary>
    public int Max;

    /// <summary>Requests that wait for a connection to be made.</summary>
    public int Pending;

    /// <summary>Clients that take the server as up.</summary>
    public int Up;

    /// <summary>Clients that take the server as down.</summary>
    public int Down;
}
