namespace Larder.Events.Wire;

/// <summary>Makes the connections of a server.</summary>
public interface IConnectionFactory
{
    /// <summary>
    /// Makes the object for a client that was accepted at <paramref name="listener"/>; the core gives it its socket
    /// afterwards. Runs on the acceptors' threads, several at once. For one that takes datagrams, on the starting
    /// thread: a <see cref="DatagramConnection"/> for each thread that is to receive them.
    /// </summary>
    Connection Create(Listener listener);
}
