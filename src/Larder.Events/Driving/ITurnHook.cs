namespace Larder.Events.Driving;

/// <summary>
/// Something that a front end asks before each wait: load generators, whose times are finer than the
/// <see cref="TimerWheel"/>'s.
/// </summary>
public interface ITurnHook
{
    /// <summary>Runs on the front end's thread before it waits.</summary>
    /// <returns>The longest wait in nanoseconds: 0 does not block, -1 has no bound.</returns>
    long OnTurn(Turn turn);
}
