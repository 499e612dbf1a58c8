using System.Globalization;
using System.Text;

namespace Larder.Bench;

/// <summary>Tables of text, the first row their heading: names to the left, numbers to the right.</summary>
internal static class TextTable
{
    /// <summary>Writes an empty line and the table, with aligned columns.</summary>
    public static void WriteText(List<string[]> table, TextWriter output)
    {
        int[] widths = WidthsOf(table);
        output.WriteLine();
        foreach (string[] row in table)
            output.WriteLine(Line(row, widths, "  ").TrimEnd());
    }

    /// <summary>Writes an empty line and the table as Markdown.</summary>
    public static void WriteMarkdown(List<string[]> table, TextWriter output)
    {
        int[] widths = WidthsOf(table);
        output.WriteLine();
        output.WriteLine($"| {Line(table[0], widths, " | ")} |");
        output.WriteLine($"|{string.Join('|', widths.Select(Rule))}|");
        foreach (string[] row in table.Skip(1))
            output.WriteLine($"| {Line(row, widths, " | ")} |");
    }

    /// <summary>A number with spaces between groups of three digits.</summary>
    public static string Number(double value, int digits) =>
        value.ToString($"N{digits}", CultureInfo.InvariantCulture).Replace(',', ' ');

    /// <summary>A column's part of the line below a Markdown heading; a colon aligns it to the right.</summary>
    private static string Rule(int width, int column) => new string('-', width + 1) + (column == 0 ? '-' : ':');

    private static int[] WidthsOf(List<string[]> table) =>
        [.. Enumerable.Range(0, table[0].Length).Select(column => table.Max(row => row[column].Length))];

    private static string Line(string[] row, int[] widths, string between)
    {
        var line = new StringBuilder();
        for (int i = 0; i < row.Length; i++)
        {
            if (i > 0)
                line.Append(between);
            line.Append(i == 0 ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i]));
        }

        return line.ToString();
    }
}
