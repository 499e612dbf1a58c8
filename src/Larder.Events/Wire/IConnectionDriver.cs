namespace Larder.Events.Wire;

/// <summary>What a connection asks of the driver that steps it; any thread.</summary>
internal interface IConnectionDriver
{
    /// <summary>A parked connection may go on: step it soon, on its own thread.</summary>
    void Resume(Connection connection);

    /// <summary>Step it soon although nothing has come for it.</summary>
    void Poke(Connection connection);

    /// <summary>The connection is over and its descriptor closed.</summary>
    void Closed(Connection connection);
}
