using System.Diagnostics;

namespace Larder.Protocol.Http;

/// <summary>
/// Dates of headers (RFC 9110, section 5.6.7), as seconds of UNIX time. Writing takes some tens of nanoseconds: a
/// server writes Date once a second and keeps it.
/// </summary>
public static class HttpDate
{
    /// <summary>Bytes of what <see cref="Write"/> writes.</summary>
    public const int Length = 29;

    // The years 1 to 9999.
    private const long SecondsMin = -62135596800;
    private const long SecondsMax = 253402300799;

    /// <summary>Writes a date as <c>Sun, 06 Nov 1994 08:49:37 GMT</c>.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="unixSeconds">
    /// The date; one before year 1 or behind year 9999 is written as the nearest in them.
    /// </param>
    /// <returns>29.</returns>
    public static int Write(Span<byte> destination, long unixSeconds)
    {
        DateTime date = DateTime.UnixEpoch.AddTicks(
            Math.Clamp(unixSeconds, SecondsMin, SecondsMax) * TimeSpan.TicksPerSecond);
        bool written = date.TryFormat(destination, out int length, "r", null);
        Debug.Assert(written && length == Length, "the caller has reserved the length");
        return length;
    }
}
