namespace Larder.Objects.Devices;

/// <summary>
/// How many of the workers may be at one device at a time, so that a device which hangs leaves workers to the others.
/// </summary>
internal static class SlotShare
{
    /// <summary>One in so many workers, but at least one, is out of reach of any single device.</summary>
    private const int OthersPart = 8;

    /// <summary>
    /// Each gets its part of the workers; at least 1, and with several workers never all of them. When there are more
    /// devices than workers, as many frozen ones as there are workers hold all of them: run more workers than devices.
    /// </summary>
    public static int Of(int workers, int devices)
    {
        int most = workers - Math.Max(workers / OthersPart, 1);
        return Math.Max(Math.Min(workers / Math.Max(devices, 1), most), 1);
    }
}
