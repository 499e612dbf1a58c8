using Larder.Protocol.Http;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Mogile;

/// <summary>
/// The file <c>/devN/usage</c>, from which a tracker learns that a device lives and how full it is. Seven lines of
/// <c>name: value</c>, in KiB and seconds of UNIX time.
/// </summary>
public static class UsageFile
{
    /// <summary>What <see cref="Write"/> adds to the names of device and disk, at most.</summary>
    public const int Overhead = 192;

    /// <summary>The most bytes of <see cref="WriteState"/> and of <see cref="WriteTrouble"/>.</summary>
    public const int StateLengthMax = 32;

    /// <summary>Writes the file.</summary>
    /// <param name="destination">At least <see cref="Overhead"/> and the lengths of device and disk.</param>
    /// <param name="figures">How full it is.</param>
    /// <param name="device">What is mounted, as <c>/dev/sda1</c>.</param>
    /// <param name="disk">Where: the document root and <c>/devN</c>.</param>
    /// <param name="time">Now.</param>
    /// <returns>The bytes written.</returns>
    public static int Write(
        Span<byte> destination,
        in UsageFigures figures,
        ReadOnlySpan<byte> device,
        ReadOnlySpan<byte> disk,
        long time)
    {
        int at = WriteNumber(destination, "available: "u8, figures.Available);
        at += Copy("\ndevice: "u8, destination[at..]);
        at += Copy(device, destination[at..]);
        at += Copy("\ndisk: "u8, destination[at..]);
        at += Copy(disk, destination[at..]);
        at += WriteNumber(destination[at..], "\ntime: "u8, time);
        at += WriteNumber(destination[at..], "\ntotal: "u8, figures.Total);
        at += WriteNumber(destination[at..], "\nuse: "u8, figures.Percent);
        at += WriteNumber(destination[at..], "%\nused: "u8, figures.Used);
        destination[at++] = (byte)'\n';
        return at;
    }

    /// <summary>
    /// Writes a line behind the seven, <c>state: word</c>, which trackers pass over: why nothing is stored here.
    /// </summary>
    /// <param name="destination">At least <see cref="StateLengthMax"/>.</param>
    /// <param name="word">At most 24 bytes.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteState(Span<byte> destination, ReadOnlySpan<byte> word)
        => WriteWord(destination, "state: "u8, word);

    /// <summary>Writes a line behind the state, <c>trouble: word</c>: what is wrong with the disk.</summary>
    /// <param name="destination">At least <see cref="StateLengthMax"/>.</param>
    /// <param name="word">At most 22 bytes.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteTrouble(Span<byte> destination, ReadOnlySpan<byte> word)
        => WriteWord(destination, "trouble: "u8, word);

    /// <summary>Reads what a tracker needs of the file.</summary>
    /// <param name="text">The file; lines may be missing, others be there.</param>
    /// <param name="figures">The figures, or default.</param>
    /// <returns>False without a <c>used</c> and a <c>total</c> above 0.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out UsageFigures figures)
    {
        long available = 0;
        long total = 0;
        long used = 0;
        while (!text.IsEmpty)
        {
            int length = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = length < 0 ? text : text[..length];
            text = length < 0 ? default : text[(length + 1)..];
            TakeNumber(line, "available: "u8, ref available);
            TakeNumber(line, "total: "u8, ref total);
            TakeNumber(line, "used: "u8, ref used);
        }
        figures = total > 0 && used > 0 ? new UsageFigures(available, total, used) : default;
        return total > 0 && used > 0;
    }

    private static void TakeNumber(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, ref long value)
    {
        if (line.StartsWith(name) && HttpNumber.Read(line[name.Length..], out long number) == HttpStatus.None)
            value = number;
    }

    private static int WriteWord(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> word)
    {
        int at = Copy(name, destination);
        at += Copy(word, destination[at..]);
        destination[at++] = (byte)'\n';
        return at;
    }

    private static int WriteNumber(Span<byte> destination, ReadOnlySpan<byte> name, long value)
    {
        int at = Copy(name, destination);
        return at + NumberWriter.WriteSigned(destination[at..], value);
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
