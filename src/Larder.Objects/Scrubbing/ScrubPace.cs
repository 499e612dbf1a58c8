namespace Larder.Objects.Scrubbing;

/// <summary>Spreads reading over time: after so many bytes, so long a wait. One thread.</summary>
/// <param name="bytesPerSecond">1 or more.</param>
internal sealed class ScrubPace(long bytesPerSecond)
{
    private const int MsPerSecond = 1_000;

    private double _dueMs;

    /// <summary>Notes bytes that were read.</summary>
    /// <returns>Milliseconds to wait before more are read; never less than the rate asks for.</returns>
    public int Wait(long bytes, long nowMs)
    {
        // What was not read in time is not caught up with: disks are idle for hours, and busy after that.
        _dueMs = Math.Max(_dueMs, nowMs) + ((double)bytes * MsPerSecond / bytesPerSecond);
        return (int)Math.Min(Math.Ceiling(_dueMs - nowMs), int.MaxValue);
    }
}
