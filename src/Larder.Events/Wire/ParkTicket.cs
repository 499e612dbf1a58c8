namespace Larder.Events.Wire;

/// <summary>
/// The right and duty to wake a parked connection, exactly once, from any thread. The connection's thread goes on
/// with it later; nothing runs inline. A connection that was closed meanwhile is freed only then.
/// </summary>
public readonly struct ParkTicket
{
    private readonly Connection _connection;
    private readonly int _generation;

    internal ParkTicket(Connection connection, int generation)
    {
        _connection = connection;
        _generation = generation;
    }

    /// <summary>The answer is there: the connection may go on.</summary>
    public void Complete() => _connection.Unpark(_generation);
}
