using System.Globalization;
using System.Text;

namespace Larder.Conformance.Wire;

/// <summary>Bytes as a person reads them: the transcripts' escapes, long runs shortened.</summary>
public static class Escaping
{
    private const int ShownMax = 600;
    private const int RunMin = 24;

    /// <summary>
    /// Escapes <paramref name="bytes"/>; runs of one byte become {x*n}, the rest is cut after 600 characters.
    /// </summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (int index = 0; index < bytes.Length;)
        {
            if (text.Length > ShownMax)
            {
                text.Append(CultureInfo.InvariantCulture, $"... ({bytes.Length} bytes in all)");
                break;
            }
            int run = bytes[index..].IndexOfAnyExcept(bytes[index]);
            if (run < 0)
                run = bytes.Length - index;
            if (run >= RunMin)
            {
                text.Append('{');
                AppendByte(text, bytes[index]);
                text.Append(CultureInfo.InvariantCulture, $"*{run}}}");
                index += run;
                continue;
            }
            AppendByte(text, bytes[index]);
            if (bytes[index] == (byte)'\n')
                text.Append('\n');
            index++;
        }
        return text.ToString();
    }

    private static void AppendByte(StringBuilder text, byte value)
    {
        switch (value)
        {
            case (byte)'\r': text.Append("\\r"); break;
            case (byte)'\n': text.Append("\\n"); break;
            case (byte)'\t': text.Append("\\t"); break;
            case 0: text.Append("\\0"); break;
            case (byte)'\\': text.Append("\\\\"); break;
            case < 0x20 or > 0x7e: text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"); break;
            default: text.Append((char)value); break;
        }
    }
}
