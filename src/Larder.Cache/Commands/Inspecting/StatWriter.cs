using System.Globalization;
using System.Text;
using Larder.Events.Buffers;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// Writes statistics to a write queue, as <c>STAT name value</c> lines or as binary frames, each in a piece of its own,
/// so that an answer may be of any length. Statistics are rare: a text for each value is good enough.
/// </summary>
internal readonly struct StatWriter
{
    private readonly WriteQueue _output;
    private readonly BinaryEcho _echo;
    private readonly bool _isBinary;

    /// <summary>Writes lines.</summary>
    /// <param name="output">The asking connection's queue.</param>
    public StatWriter(WriteQueue output) => _output = output;

    /// <summary>Writes frames.</summary>
    /// <param name="output">The asking connection's queue.</param>
    /// <param name="echo">The request's.</param>
    public StatWriter(WriteQueue output, in BinaryEcho echo)
    {
        _output = output;
        _echo = echo;
        _isBinary = true;
    }

    /// <summary>Writes a text.</summary>
    /// <param name="name">ASCII, without spaces.</param>
    /// <param name="value">Written as UTF-8; a file's path is the only one that may hold more than ASCII.</param>
    public void Write(string name, string value)
    {
        if (_isBinary)
        {
            WriteFrame(name, value);
            return;
        }
        int length = Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        Span<byte> line = _output.GetSpan(length + TextResponseWriter.StatOverhead);
        int at = Encoding.UTF8.GetBytes("STAT ", line);
        at += Encoding.UTF8.GetBytes(name, line[at..]);
        line[at++] = (byte)' ';
        at += Encoding.UTF8.GetBytes(value, line[at..]);
        at += TextResponseWriter.WriteLineEnd(line[at..]);
        _output.Advance(at);
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

    /// <summary>Writes <c>END</c>, or an empty frame.</summary>
    public void End()
    {
        if (_isBinary)
        {
            WriteFrame("", "");
        }
        else
        {
            _output.Write(TextReplies.End);
        }
    }

    private void WriteFrame(string name, string value)
    {
        int nameLength = Encoding.UTF8.GetByteCount(name);
        int valueLength = Encoding.UTF8.GetByteCount(value);
        Span<byte> frame = _output.GetSpan(BinaryFrame.HeaderLength + nameLength + valueLength);
        int at = BinaryResponseWriter.WriteHeader(
            frame, _echo.Opcode, _echo.Opaque, keyLength: nameLength, valueLength: valueLength);
        at += Encoding.UTF8.GetBytes(name, frame[at..]);
        at += Encoding.UTF8.GetBytes(value, frame[at..]);
        _output.Advance(at);
    }
}
