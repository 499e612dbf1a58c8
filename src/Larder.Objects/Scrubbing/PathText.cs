using System.Globalization;
using System.Text;

namespace Larder.Objects.Scrubbing;

/// <summary>Paths as they stand in texts of one line: bytes that are not visible ASCII, and %, as %XX.</summary>
internal static class PathText
{
    /// <summary>Writes a path.</summary>
    public static string Escape(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder(path.Length);
        foreach (byte value in path)
        {
            if (value is > (byte)' ' and < 0x7F and not (byte)'%')
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }
        return text.ToString();
    }

    /// <summary>Reads a path; what is no escape stands for itself.</summary>
    public static byte[] Unescape(string text)
    {
        var path = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(
                text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                path.Add(value);
                i += 2;
            }
            else
            {
                path.Add((byte)text[i]);
            }
        }
        return [.. path];
    }
}
