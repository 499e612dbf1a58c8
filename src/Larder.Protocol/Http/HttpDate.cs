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

    private const int AscTimeLength = 24;

    // From the comma on.
    private const int Rfc850RestLength = 24;

    private const int YearsAheadMax = 50;

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

    /// <summary>
    /// Reads a date in any of the three formats; their case counts, the day's name need not be the date's.
    /// </summary>
    /// <remarks>
    /// <code>
    /// Sun, 06 Nov 1994 08:49:37 GMT       Sunday, 06-Nov-94 08:49:37 GMT       Sun Nov  6 08:49:37 1994
    /// </code>
    /// </remarks>
    /// <param name="text">The date, without white space around it.</param>
    /// <param name="now">
    /// Seconds of UNIX time: a year of two digits lies at most fifty years behind it (RFC 9110, section 5.6.7).
    /// </param>
    /// <param name="unixSeconds">The date, or 0.</param>
    /// <returns>False when the text is no date.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, long now, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length == Length && text[3] == ',')
            return IsDayName(text[..3]) && text[4] == ' ' && text[7] == ' ' && text[11] == ' ' && text[16] == ' '
                && text.EndsWith(" GMT"u8)
                && TryJoin(Digits(text[12..16]), text[8..11], Digits(text[5..7]), text[17..25], out unixSeconds);
        if (text.Length == AscTimeLength && text[3] == ' ')
            return IsDayName(text[..3]) && text[7] == ' ' && text[10] == ' ' && text[19] == ' '
                && TryJoin(
                    Digits(text[20..]), text[4..7], Digits(text[(text[8] == ' ' ? 9 : 8)..10]), text[11..19],
                    out unixSeconds);
        int comma = text.IndexOf((byte)',');
        if (comma < 0 || !IsLongDayName(text[..comma]) || text.Length != comma + Rfc850RestLength)
            return false;
        text = text[comma..];
        int year = Digits(text[9..11]);
        return year >= 0 && text[1] == ' ' && text[4] == '-' && text[8] == '-' && text[11] == ' '
            && text.EndsWith(" GMT"u8)
            && TryJoin(Century(year, now), text[5..8], Digits(text[2..4]), text[12..20], out unixSeconds);
    }

    private static int Century(int year, long now)
    {
        int thisYear = DateTime.UnixEpoch.AddSeconds(Math.Clamp(now, 0, SecondsMax)).Year;
        year += thisYear / 100 * 100;
        return year > thisYear + YearsAheadMax ? year - 100 : year;
    }

    private static bool TryJoin(
        int year, ReadOnlySpan<byte> monthName, int day, ReadOnlySpan<byte> time, out long unixSeconds)
    {
        unixSeconds = 0;
        int month = MonthOf(monthName);
        int hour = Digits(time[..2]);
        int minute = Digits(time[3..5]);
        int second = Digits(time[6..]);
        if (year < 1 || month == 0 || day < 1 || day > DateTime.DaysInMonth(year, month) || time[2] != ':'
            || time[5] != ':' || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60)
            return false;
        // A leap second is the first of the next minute, as in UNIX time.
        var date = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc);
        unixSeconds = ((date - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond) + second;
        return true;
    }

    private static int MonthOf(ReadOnlySpan<byte> name)
    {
        int at = "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(name);
        return at >= 0 && at % 3 == 0 ? (at / 3) + 1 : 0;
    }

    private static bool IsDayName(ReadOnlySpan<byte> name)
    {
        int at = "MonTueWedThuFriSatSun"u8.IndexOf(name);
        return at >= 0 && at % 3 == 0;
    }

    private static bool IsLongDayName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("Monday"u8) || name.SequenceEqual("Tuesday"u8) || name.SequenceEqual("Wednesday"u8)
        || name.SequenceEqual("Thursday"u8) || name.SequenceEqual("Friday"u8) || name.SequenceEqual("Saturday"u8)
        || name.SequenceEqual("Sunday"u8);

    // -1 for anything but digits.
    private static int Digits(ReadOnlySpan<byte> text)
    {
        int value = 0;
        foreach (byte character in text)
        {
            if (!char.IsAsciiDigit((char)character))
                return -1;
            value = (value * 10) + character - '0';
        }
        return value;
    }
}
