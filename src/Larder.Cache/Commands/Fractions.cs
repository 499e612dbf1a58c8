using System.Globalization;

namespace Larder.Cache.Commands;

/// <summary>Reads the fractions of tuning commands; nothing on the request's path has any.</summary>
internal static class Fractions
{
    /// <summary>Reads a decimal fraction, with or without an exponent.</summary>
    /// <returns>False for anything else; infinity and NaN are no fractions.</returns>
    public static bool TryRead(ReadOnlySpan<byte> token, out double value) =>
        double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
