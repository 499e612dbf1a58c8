namespace Larder.Events.Driving;

/// <summary>
/// How drivers stop, once nothing is accepted any more: connections are asked to end; at the deadline a graceful stop
/// turns into a fast one; whoever still does not take its replies is shut down; the threads leave; parked connections
/// are left to their tickets.
/// </summary>
internal static class StopSequence
{
    /// <summary>Milliseconds for the answers of those that a deadline turned from graceful to fast.</summary>
    private const int TurnMs = 200;

    /// <summary>Milliseconds for threads to meet the end of sockets that were shut down.</summary>
    private const int EndMs = 200;

    /// <summary>Runs it and returns how many connections had to be cut.</summary>
    public static int Run(IReadOnlyList<Driver> drivers, StopSignal stop, ClosePulse pulse)
    {
        Each(drivers, driver => driver.PokeAll());
        WaitUntilEmpty(drivers, pulse, () => stop.EndMs);
        if (stop.IsGraceful && Count(drivers) > 0)
        {
            stop.Set(StopMode.Fast, stop.EndMs);
            Each(drivers, driver => driver.PokeAll());
            WaitFor(drivers, pulse, TurnMs);
        }
        int cut = Count(drivers);
        if (cut > 0)
        {
            Each(drivers, driver => driver.EndAll());
            WaitFor(drivers, pulse, EndMs);
        }
        Each(drivers, driver => driver.Leave());
        Each(drivers, driver => driver.JoinAndCut());
        return cut;
    }

    private static void WaitFor(IReadOnlyList<Driver> drivers, ClosePulse pulse, int milliseconds)
    {
        long endMs = Environment.TickCount64 + milliseconds;
        WaitUntilEmpty(drivers, pulse, () => endMs);
    }

    private static void WaitUntilEmpty(IReadOnlyList<Driver> drivers, ClosePulse pulse, Func<long> endMs)
    {
        long leftMs = 1;
        while (leftMs > 0 && IsDriven(drivers) && Count(drivers) > 0)
        {
            leftMs = endMs() - Environment.TickCount64;
            pulse.Wait(leftMs, () => Count(drivers) == 0);
        }
    }

    /// <summary>False when the threads were never started: nobody would end the connections.</summary>
    private static bool IsDriven(IReadOnlyList<Driver> drivers) => drivers.Any(driver => driver.IsDriven);

    private static int Count(IReadOnlyList<Driver> drivers) => drivers.Sum(driver => driver.ConnectionCount);

    private static void Each(IReadOnlyList<Driver> drivers, Action<Driver> action)
    {
        foreach (Driver driver in drivers)
        {
            action(driver);
        }
    }
}
