using System.Globalization;
using System.Net;

namespace Larder.Bench;

/// <summary>Readers of option values that have a grammar of their own; each an <see cref="OptionReader{T}"/>.</summary>
internal static class OptionText
{
    /// <summary>Longest value that the generator sends, in bytes: memcached's largest -I.</summary>
    private const int ValueBytesMax = 1024 * 1024 * 1024;

    /// <summary>Largest processor number in .NET's affinity mask of one word.</summary>
    private const int CoreMax = 63;

    /// <summary>Longest time of a phase.</summary>
    private const double SecondsMax = 86_400;

    /// <summary><c>N</c> or <c>MIN-MAX</c>, in bytes.</summary>
    public static bool ReadSizes(string text, out ByteRange value, out string error)
    {
        string[] parts = text.Split('-', 2);
        bool good = IsNumber(parts[0], ValueBytesMax, out int min);
        good &= IsNumber(parts[^1], ValueBytesMax, out int max);
        value = new ByteRange(min, max);
        return Judge(good && min <= max, $"'{text}' is neither a size in bytes nor MIN-MAX", out error);
    }

    /// <summary><c>GET:SET</c>, two weights, for example 90:10: becomes the share of gets, 0 to 1.</summary>
    public static bool ReadMix(string text, out double value, out string error)
    {
        const int weightMax = 1_000_000;
        string[] parts = text.Split(':');
        bool good = IsNumber(parts[0], weightMax, out int gets);
        good &= IsNumber(parts[^1], weightMax, out int sets);
        good &= parts.Length == 2 && gets + sets > 0;
        value = good ? (double)gets / (gets + sets) : 0;
        return Judge(good, $"'{text}' is not GET:SET, for example 90:10", out error);
    }

    /// <summary><c>uniform</c>, <c>zipf</c> (exponent 0.99) or <c>zipf:EXPONENT</c>.</summary>
    public static bool ReadDistribution(string text, out KeyDistribution value, out string error)
    {
        string exponent = text switch
        {
            "uniform" => "0",
            "zipf" => "0.99",
            _ when text.StartsWith("zipf:", StringComparison.Ordinal) => text[5..],
            _ => "",
        };
        bool good = IsDecimal(exponent, out double e) && e <= 5 && (e > 0 || text == "uniform");
        value = new KeyDistribution(e);
        return Judge(
            good, $"'{text}' is neither uniform nor zipf:EXPONENT with an exponent above 0, at most 5", out error);
    }

    /// <summary>Seconds, or a number with the unit ms, s or m.</summary>
    public static bool ReadTime(string text, out TimeSpan value, out string error)
    {
        (string number, double unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ when text.EndsWith('m') => (text[..^1], 60),
            _ => (text, 1),
        };
        bool good = IsDecimal(number, out double count) && count * unit <= SecondsMax;
        value = good ? TimeSpan.FromSeconds(count * unit) : default;
        return Judge(good, $"'{text}' is not a time such as 500ms, 3s or 1m, at most a day", out error);
    }

    /// <summary>A number of things, maybe with k or m (thousand, million), for example 100k; at most 2^31-1.</summary>
    public static bool ReadCount(string text, out int value, out string error)
    {
        long unit = text.Length == 0 ? 1 : text[^1] switch { 'k' or 'K' => 1000, 'm' or 'M' => 1_000_000, _ => 1 };
        bool good = IsNumber(unit == 1 ? text : text[..^1], int.MaxValue, out int count);
        good &= count * unit <= int.MaxValue;
        value = good ? (int)(count * unit) : 0;
        return Judge(good, $"'{text}' is not a number, for example 1000, 100k or 1m", out error);
    }

    /// <summary>Numbers of processors: <c>1</c> or <c>1,3</c>; an empty text means any.</summary>
    public static bool ReadCores(string text, out int[] value, out string error)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        value = new int[parts.Length];
        bool good = true;
        for (int i = 0; i < parts.Length; i++)
            good &= IsNumber(parts[i], CoreMax, out value[i]);
        return Judge(good, $"'{text}' is not a list of processor numbers such as 1 or 1,3", out error);
    }

    /// <summary>An IP address.</summary>
    public static bool ReadAddress(string text, out IPAddress value, out string error)
    {
        bool good = IPAddress.TryParse(text, out IPAddress? address);
        value = address ?? IPAddress.None;
        return Judge(good, $"'{text}' is not an IP address", out error);
    }

    /// <summary>One of the names of <typeparamref name="T"/>, in small letters.</summary>
    public static bool ReadName<T>(string text, out T value, out string error)
        where T : struct, Enum
    {
        string[] names = Array.ConvertAll(Enum.GetNames<T>(), name => name.ToLowerInvariant());
        int index = Array.IndexOf(names, text);
        value = index < 0 ? default : Enum.GetValues<T>()[index];
        return Judge(index >= 0, $"'{text}' is none of {string.Join(", ", names)}", out error);
    }

    /// <summary>
    /// Several of the names of <typeparamref name="T"/>, separated by commas, or <c>all</c>; an empty text means none.
    /// </summary>
    public static bool ReadNames<T>(string text, out T[] value, out string error)
        where T : struct, Enum
    {
        error = "";
        value = text == "all" ? Enum.GetValues<T>() : [];
        if (value.Length > 0)
            return true;
        string[] names = text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        value = new T[names.Length];
        for (int i = 0; i < names.Length && error.Length == 0; i++)
            ReadName(names[i], out value[i], out error);
        return error.Length == 0;
    }

    private static bool Judge(bool good, string problem, out string error)
    {
        error = good ? "" : problem;
        return good;
    }

    private static bool IsNumber(string text, int max, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;

    private static bool IsDecimal(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
