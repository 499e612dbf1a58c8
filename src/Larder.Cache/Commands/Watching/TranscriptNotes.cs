using Larder.Cache.Serving;
using Larder.Events.Wire;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands.Watching;

/// <summary>
/// What a thread tells the transcript of -vv; called only while it is on. Answers are read out of the output, so that
/// the commands need not know of it. Owned by the thread.
/// </summary>
internal sealed class TranscriptNotes(WatchLog watches, LogRing ring)
{
    /// <summary>
    /// Every event has a number, which is a <see cref="LogRing"/>'s condition; nobody asks for those of the transcript.
    /// </summary>
    private const long GidOfAll = 1;

    /// <summary>The status of a binary answer stands at this place of its header (protocol_binary).</summary>
    private const int StatusIndex = 6;

    private const int OpcodeIndex = 1;

    /// <summary>Where the answer begins, in bytes of the output.</summary>
    private long _answerAt;

    /// <summary>A client has come.</summary>
    public void Came(Connection connection, CacheProtocol protocol)
        => Write(connection.Descriptor, LogLine.Request, protocol switch
        {
            CacheProtocol.Binary => "new binary client connection."u8,
            CacheProtocol.Ascii => "new ascii client connection."u8,
            _ => "new auto-negotiating client connection"u8,
        });

    /// <summary>Its first byte has shown what a client speaks.</summary>
    public void Negotiated(Connection connection, bool speaksBinary)
        => Write(connection.Descriptor, LogLine.Client,
            speaksBinary ? "Client using the binary protocol"u8 : "Client using the ascii protocol"u8);

    /// <summary>A client has gone.</summary>
    public void Gone(Connection connection)
        => Write(connection.Descriptor, LogLine.Request, "connection closed."u8);

    /// <summary>A request line, or its value, is about to be executed: the answer begins here.</summary>
    public void Begin(CacheThread thread) => _answerAt = thread.Output.QueuedBytes;

    /// <summary>A request line, without its end.</summary>
    public void Heard(CacheThread thread, ReadOnlySpan<byte> line) => Write(thread, LogLine.Request, line);

    /// <summary>A classic get has found this key.</summary>
    public void Found(CacheThread thread, ReadOnlySpan<byte> key)
    {
        Span<byte> text = stackalloc byte[LogRing.TextMax];
        var words = new LineBuilder(text);
        words.Text("sending key "u8);
        words.Text(key);
        Write(thread, LogLine.Answer, text[..words.Length]);
    }

    /// <summary>A lookup has ended so.</summary>
    public void Looked(CacheThread thread, ReadOnlySpan<byte> key, bool isFound)
    {
        Span<byte> text = stackalloc byte[LogRing.TextMax];
        var words = new LineBuilder(text);
        words.Text(isFound ? "> FOUND KEY "u8 : "> NOT FOUND "u8);
        words.Text(key);
        Write(thread, LogLine.Lookup, text[..words.Length]);
    }

    /// <summary>A line that the client did not want to read.</summary>
    public void Withheld(CacheThread thread, ReadOnlySpan<byte> line)
    {
        Span<byte> text = stackalloc byte[LogRing.TextMax];
        var words = new LineBuilder(text);
        words.Text("NOREPLY "u8);
        words.Text(FirstLine(line));
        Write(thread, LogLine.Answer, text[..words.Length]);
    }

    /// <summary>What the output holds of an answer since <see cref="Begin"/>: its line, or that values ended.</summary>
    public void Answered(CacheThread thread)
    {
        Span<byte> text = stackalloc byte[LogRing.TextMax];
        ReadOnlySpan<byte> line = FirstLine(text[..thread.Output.Peek(_answerAt, text)]);
        if (line.StartsWith("VALUE "u8))
        {
            line = "END"u8;
        }
        if (!line.IsEmpty && !line.StartsWith("STAT "u8))
        {
            Write(thread, LogLine.Answer, line);
        }
    }

    /// <summary>A binary request; its header shows it.</summary>
    public void HeardFrame(CacheThread thread, ReadOnlySpan<byte> frame)
        => Write(thread, LogLine.RequestFrame, frame[..BinaryFrame.HeaderLength]);

    /// <summary>What a binary request asks for, in memcached's words.</summary>
    public void Understood(CacheThread thread, scoped in BinaryRequest request)
    {
        Span<byte> text = stackalloc byte[LogRing.TextMax];
        var words = new LineBuilder(text);
        LogLine line = LogLine.Request;
        switch (request.Command)
        {
            case BinaryOpcode.Get or BinaryOpcode.GetK:
                words.Text("GET "u8);
                words.Text(request.Key);
                break;
            case BinaryOpcode.Set or BinaryOpcode.Add or BinaryOpcode.Replace:
                words.Text(NameOf(request.Command));
                words.Text(request.Key);
                words.Text(" Value len is "u8);
                words.Number((ulong)request.ValueLength);
                break;
            case BinaryOpcode.Append or BinaryOpcode.Prepend:
                line = LogLine.Plain;
                words.Text("Value len is "u8);
                words.Number((ulong)request.ValueLength);
                break;
            case BinaryOpcode.Delete:
                line = LogLine.Plain;
                words.Text("Deleting "u8);
                words.Text(request.Key);
                break;
            case BinaryOpcode.Increment or BinaryOpcode.Decrement:
                line = LogLine.Plain;
                WriteArithmetic(ref words, in request);
                break;
            case BinaryOpcode.Touch or BinaryOpcode.Gat or BinaryOpcode.GatK:
                words.Text("TOUCH "u8);
                words.Text(request.Key);
                break;
            case BinaryOpcode.Stat:
                words.Text("STATS "u8);
                words.Text(request.Key);
                break;
            default:
                return;
        }
        Write(thread, line, text[..words.Length]);
    }

    /// <summary>What the output holds of a binary answer since <see cref="Begin"/>.</summary>
    public void AnsweredFrame(CacheThread thread)
    {
        const string Mistake = "Writing an error: ";
        Span<byte> frame = stackalloc byte[LogRing.TextMax - Mistake.Length];
        frame = frame[..thread.Output.Peek(_answerAt, frame)];
        if (frame.Length < BinaryFrame.HeaderLength || frame[OpcodeIndex] == (byte)BinaryOpcode.Stat)
        {
            return;
        }
        if (frame[StatusIndex..].StartsWith("\0\0"u8))
        {
            Write(thread, LogLine.AnswerFrame, frame[..BinaryFrame.HeaderLength]);
            return;
        }
        Span<byte> text = stackalloc byte[LogRing.TextMax];
        var words = new LineBuilder(text);
        words.Text("Writing an error: "u8);
        words.Text(frame[BinaryFrame.HeaderLength..]);
        Write(thread, LogLine.Answer, text[..words.Length]);
        Write(thread, LogLine.AnswerFrame, frame[..BinaryFrame.HeaderLength]);
    }

    private static ReadOnlySpan<byte> NameOf(BinaryOpcode command) => command switch
    {
        BinaryOpcode.Add => "ADD "u8,
        BinaryOpcode.Replace => "REPLACE "u8,
        _ => "SET "u8,
    };

    private static void WriteArithmetic(ref LineBuilder words, scoped in BinaryRequest request)
    {
        words.Text(request.Command == BinaryOpcode.Increment ? "incr "u8 : "decr "u8);
        words.Text(request.Key);
        words.Text(" "u8);
        words.Number(request.Delta);
        words.Text(", "u8);
        words.Number(request.Initial);
        words.Text(", "u8);
        words.Number(request.LastWord);
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOfAny((byte)'\r', (byte)'\n');
        return end < 0 ? answer : answer[..end];
    }

    private void Write(CacheThread thread, LogLine line, ReadOnlySpan<byte> text)
        => Write(thread.Connection.Descriptor, line, text);

    private void Write(int descriptor, LogLine line, ReadOnlySpan<byte> text)
    {
        var entry = new LogEntry { Gid = GidOfAll, Line = line, Descriptor = descriptor };
        ring.Write(ref entry, text);
        watches.Written(ring);
    }
}
