using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Larder.Fuzz;

/// <summary>Numbers the slow way: a regular expression and big integers.</summary>
internal static partial class SlowNumbers
{
    public static BigInteger? Parse(string token, BigInteger min, BigInteger max)
    {
        Match match = Shape().Match(token);
        if (!match.Success)
            return null;
        BigInteger value = BigInteger.Parse(match.Groups["digits"].Value, CultureInfo.InvariantCulture);
        if (match.Groups["sign"].Value == "-")
            value = -value;
        return value >= min && value <= max ? value : null;
    }

    public static ulong? Unsigned64(string token) => (ulong?)Parse(token, 0, ulong.MaxValue);

    public static uint? Unsigned32(string token) => (uint?)Parse(token, 0, uint.MaxValue);

    public static uint? Flags(string token) => Unsigned64(token) is { } value ? (uint)(value % 4294967296) : null;

    public static int? Exptime(string token) =>
        Parse(token, long.MinValue, long.MaxValue) is { } value ? unchecked((int)(long)value) : null;

    public static int? Length(string token) => (int?)Parse(token, 0, int.MaxValue - 2);

    [GeneratedRegex(
        @"\A[\t\v\f\r]*(?<sign>[+-]?)(?<digits>[0-9]+)(?:[\t\v\f\r].*)?\z",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();
}
