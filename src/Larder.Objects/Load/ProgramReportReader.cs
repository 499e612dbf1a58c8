using System.Globalization;
using System.Text;

namespace Larder.Objects.Load;

/// <summary>
/// Reads what <c>iostat -dx</c>, or a program in its place, prints: lines whose first word is a disk and whose last is
/// a number; any other line ends a report that has begun. One thread.
/// </summary>
/// <param name="report">Is given each report, valid until it returns.</param>
internal sealed class ProgramReportReader(Action<IReadOnlyDictionary<string, string>> report)
{
    /// <summary>The longest line; a longer one is none of a disk.</summary>
    public const int LineLengthMax = 1024;

    /// <summary>The longest name of a disk (cmogstored: 71).</summary>
    private const int NameLengthMax = 71;

    /// <summary>The longest number; more digits are no utilisation.</summary>
    private const int NumberLengthMax = 20;

    /// <summary>Disks of one report; those beyond are passed over.</summary>
    private const int RowsMax = 4096;

    private readonly Dictionary<string, string> _rows = new(StringComparer.Ordinal);
    private readonly byte[] _line = new byte[LineLengthMax];
    private int _length; // of the line until now, also beyond what is kept of it

    /// <summary>Takes the next bytes.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value == (byte)'\n')
            {
                TakeLine();
                continue;
            }
            if (_length < LineLengthMax)
            {
                _line[_length] = value;
            }
            _length = Math.Min(_length + 1, LineLengthMax + 1);
        }
    }

    /// <summary>The program has ended; the last report is whole.</summary>
    public void End()
    {
        TakeLine();
        EndReport();
    }

    private void TakeLine()
    {
        string line = _length > LineLengthMax ? "" : Encoding.Latin1.GetString(_line, 0, _length);
        _length = 0;
        string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || !IsName(words[0]) || !IsNumber(words[^1]))
        {
            EndReport();
        }
        else if (_rows.Count < RowsMax)
        {
            _rows[words[0]] = words[^1];
        }
    }

    private void EndReport()
    {
        if (_rows.Count > 0)
        {
            report(_rows);
            _rows.Clear();
        }
    }

    /// <summary>Letters and digits, and what stands in the names of mapped and special disks.</summary>
    private static bool IsName(string word)
        => word.Length <= NameLengthMax
            && word.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.');

    private static bool IsNumber(string word)
        => word.Length <= NumberLengthMax && char.IsAsciiDigit(word[0]) && double.TryParse(
            word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
}
