using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Larder.ObjectStore;

/// <summary>
/// What ps shows of this process. The kernel reads the arguments where it once put them (proc(5), stat: arg_start,
/// arg_end), so they are written over there; a title longer than they were is cut. The environment behind them and the
/// name that top shows stay as they are.
/// </summary>
internal static class ProcessTitle
{
    private const int ArgumentsStartField = 48;
    private const int ArgumentsEndField = 49;

    /// <summary>Behind the program's name, which may hold blanks, fields go on with the third.</summary>
    private const int FirstField = 3;

    /// <summary>Sets it; false where the kernel does not let us.</summary>
    public static bool Set(string title)
    {
        try
        {
            string stat = File.ReadAllText("/proc/self/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long start = Number(fields, ArgumentsStartField);
            int length = (int)(Number(fields, ArgumentsEndField) - start);
            if (start == 0 || length < 2) return false;

            byte[] text = new byte[length]; // zero to the end, so that the kernel does not read on behind it
            Encoding.UTF8.GetEncoder().Convert(title, text.AsSpan(0, length - 1), true, out _, out _, out _);
            using SafeFileHandle memory = File.OpenHandle(
                "/proc/self/mem", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(memory, text, start);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // no /proc, or none for us: the old title is as good
        }
    }

    private static long Number(string[] fields, int field) =>
        long.Parse(fields[field - FirstField], NumberStyles.None, CultureInfo.InvariantCulture);
}
