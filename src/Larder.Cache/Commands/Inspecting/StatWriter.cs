using System.Globalization;
using System.Text;
using Larder.Events.Buffers;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// Writes <c>STAT name value</c> lines to a write queue, each in a piece of its own, so that an answer may be of any
/// length. Statistics are rare: a text for each value is good enough.
/// </summary>
/// <param name="output">The asking connection's queue.</param>
internal readonly struct StatWriter(WriteQueue output)
{
    /// <summary>Writes a text.</summary>
    /// <param name="name">ASCII, without spaces.</param>
    /// <param name="value">Written as UTF-8; a file's path is the only one that may hold more than ASCII.</param>
    public void Write(string name, string value)
    {
        int length = Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        Span<byte> line = output.GetSpan(length + TextResponseWriter.StatOverhead);
        int at = Encoding.UTF8.GetBytes("STAT ", line);
        at += Encoding.UTF8.GetBytes(name, line[at..]);
        line[at++] = (byte)' ';
        at += Encoding.UTF8.GetBytes(value, line[at..]);
        at += TextResponseWriter.WriteLineEnd(line[at..]);
        output.Advance(at);
    }

    /// <summary>Writes a whole number.</summary>
    public void Write(string name, long value) => Write(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes a switch as memcached writes its settings.</summary>
    public void Write(string name, bool isOn) => Write(name, isOn ? TuningValues.Yes : TuningValues.No);

    /// <summary>Writes a time as memcached writes a struct timeval: seconds and six digits.</summary>
    public void Write(string name, TimeSpan time)
    {
        long microseconds = time.Ticks / TimeSpan.TicksPerMicrosecond;
        Write(name, string.Create(CultureInfo.InvariantCulture,
            $"{microseconds / 1_000_000}.{microseconds % 1_000_000:D6}"));
    }

    /// <summary>Writes <c>END</c>.</summary>
    public void End() => output.Write(TextReplies.End);
}
