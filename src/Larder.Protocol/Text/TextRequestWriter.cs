using Larder.Protocol.Scan;

namespace Larder.Protocol.Text;

/// <summary>
/// Writes requests of the classic protocol, for the client and the load generator. Each method writes from the
/// beginning of its destination and returns the bytes written; reserve <see cref="LineLengthMax"/>, and the value
/// with its CR LF where one follows. Keys are taken as they are: 1..250 bytes without space and LF.
/// </summary>
public static class TextRequestWriter
{
    /// <summary>The most bytes of any line with one key.</summary>
    public const int LineLengthMax = 14 + 1 + KeyRules.LengthMax + (4 * (1 + NumberWriter.UInt64LengthMax)) + 8 + 2;

    /// <summary>Writes get or gets with one key.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="key">The key.</param>
    /// <param name="withCas">gets.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteGet(Span<byte> destination, ReadOnlySpan<byte> key, bool withCas = false)
    {
        int at = WriteGetStart(destination, withCas);
        at += WriteKey(destination[at..], key);
        return at + End(destination[at..]);
    }

    /// <summary>Writes gat or gats with one key.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="exptime">The item's new exptime.</param>
    /// <param name="key">The key.</param>
    /// <param name="withCas">gats.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteGetAndTouch(
        Span<byte> destination, int exptime, ReadOnlySpan<byte> key, bool withCas = false)
    {
        int at = WriteGetAndTouchStart(destination, exptime, withCas);
        at += WriteKey(destination[at..], key);
        return at + End(destination[at..]);
    }

    /// <summary>
    /// Begins a multiget: <c>get</c> or <c>gets</c>. <see cref="WriteKey"/> follows for each key, then
    /// <see cref="TextResponseWriter.WriteLineEnd"/>.
    /// </summary>
    /// <param name="destination">At least 4 bytes.</param>
    /// <param name="withCas">gets.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteGetStart(Span<byte> destination, bool withCas = false) =>
        Put(destination, withCas ? "gets"u8 : "get"u8);

    /// <summary>Begins a multiget that touches: <c>gat exptime</c> or <c>gats exptime</c>.</summary>
    /// <param name="destination">At least 16 bytes.</param>
    /// <param name="exptime">The items' new exptime.</param>
    /// <param name="withCas">gats.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteGetAndTouchStart(Span<byte> destination, int exptime, bool withCas = false)
    {
        int at = Put(destination, withCas ? "gats "u8 : "gat "u8);
        return at + NumberWriter.WriteSigned(destination[at..], exptime);
    }

    /// <summary>Writes a space and a key: one of a multiget.</summary>
    /// <param name="destination">1 byte more than the key.</param>
    /// <param name="key">The key.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteKey(Span<byte> destination, ReadOnlySpan<byte> key)
    {
        key.CopyTo(destination[1..]);
        destination[0] = (byte)' ';
        return key.Length + 1;
    }

    /// <summary>Writes the line of set, add, replace, append or prepend; the value and CR LF follow.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="command">One of these five.</param>
    /// <param name="key">The key.</param>
    /// <param name="clientFlags">Client flags.</param>
    /// <param name="exptime">Exptime.</param>
    /// <param name="valueLength">Bytes of the value, without CR LF.</param>
    /// <param name="noReply">Ask for no answer.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteStorageLine(
        Span<byte> destination, TextCommand command, ReadOnlySpan<byte> key, uint clientFlags, int exptime,
        int valueLength, bool noReply = false)
    {
        int at = WriteStorageStart(destination, command, key, clientFlags, exptime, valueLength);
        return at + EndWith(destination[at..], noReply);
    }

    /// <summary>Writes the line of cas; the value and CR LF follow.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="key">The key.</param>
    /// <param name="clientFlags">Client flags.</param>
    /// <param name="exptime">Exptime.</param>
    /// <param name="valueLength">Bytes of the value, without CR LF.</param>
    /// <param name="cas">The cas value that the item must have.</param>
    /// <param name="noReply">Ask for no answer.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteCasLine(
        Span<byte> destination, ReadOnlySpan<byte> key, uint clientFlags, int exptime, int valueLength, ulong cas,
        bool noReply = false)
    {
        int at = WriteStorageStart(destination, TextCommand.Cas, key, clientFlags, exptime, valueLength);
        at += PutNumber(destination[at..], cas);
        return at + EndWith(destination[at..], noReply);
    }

    /// <summary>Writes a whole storage command with its value: line, value, CR LF.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/>, the value's length and 2 bytes.</param>
    /// <param name="command">set, add, replace, append or prepend.</param>
    /// <param name="key">The key.</param>
    /// <param name="clientFlags">Client flags.</param>
    /// <param name="exptime">Exptime.</param>
    /// <param name="value">The value.</param>
    /// <param name="noReply">Ask for no answer.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteStorage(
        Span<byte> destination, TextCommand command, ReadOnlySpan<byte> key, uint clientFlags, int exptime,
        ReadOnlySpan<byte> value, bool noReply = false)
    {
        int at = WriteStorageLine(destination, command, key, clientFlags, exptime, value.Length, noReply);
        at += Put(destination[at..], value);
        return at + End(destination[at..]);
    }

    /// <summary>Writes delete.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="key">The key.</param>
    /// <param name="noReply">Ask for no answer.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteDelete(Span<byte> destination, ReadOnlySpan<byte> key, bool noReply = false)
    {
        int at = Put(destination, "delete"u8);
        at += WriteKey(destination[at..], key);
        return at + EndWith(destination[at..], noReply);
    }

    /// <summary>Writes incr or decr.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="command">Incr or Decr.</param>
    /// <param name="key">The key.</param>
    /// <param name="delta">The delta.</param>
    /// <param name="noReply">Ask for no answer.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteArithmetic(
        Span<byte> destination, TextCommand command, ReadOnlySpan<byte> key, ulong delta, bool noReply = false)
    {
        int at = Put(destination, TextCommandNames.Of(command));
        at += WriteKey(destination[at..], key);
        at += PutNumber(destination[at..], delta);
        return at + EndWith(destination[at..], noReply);
    }

    /// <summary>Writes touch.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="key">The key.</param>
    /// <param name="exptime">The item's new exptime.</param>
    /// <param name="noReply">Ask for no answer.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteTouch(Span<byte> destination, ReadOnlySpan<byte> key, int exptime, bool noReply = false)
    {
        int at = Put(destination, "touch"u8);
        at += WriteKey(destination[at..], key);
        at += PutSigned(destination[at..], exptime);
        return at + EndWith(destination[at..], noReply);
    }

    /// <summary>Writes flush_all.</summary>
    /// <param name="destination">At least <see cref="LineLengthMax"/> bytes.</param>
    /// <param name="exptime">When, 0 now.</param>
    /// <param name="noReply">Ask for no answer.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteFlushAll(Span<byte> destination, int exptime = 0, bool noReply = false)
    {
        int at = Put(destination, "flush_all"u8);
        at += PutSigned(destination[at..], exptime);
        return at + EndWith(destination[at..], noReply);
    }

    /// <summary>
    /// Writes a command with free arguments: version, quit, verbosity, stats, slabs, lru, lru_crawler, watch,
    /// shutdown, ...
    /// </summary>
    /// <param name="destination">17 bytes more than the arguments.</param>
    /// <param name="command">Any command.</param>
    /// <param name="arguments">What stands behind its name; empty for nothing.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteCommand(Span<byte> destination, TextCommand command, ReadOnlySpan<byte> arguments = default)
    {
        int at = Put(destination, TextCommandNames.Of(command));
        if (!arguments.IsEmpty)
        {
            destination[at++] = (byte)' ';
            at += Put(destination[at..], arguments);
        }
        return at + End(destination[at..]);
    }

    private static int WriteStorageStart(
        Span<byte> destination, TextCommand command, ReadOnlySpan<byte> key, uint clientFlags, int exptime,
        int valueLength)
    {
        int at = Put(destination, TextCommandNames.Of(command));
        at += WriteKey(destination[at..], key);
        at += PutNumber(destination[at..], clientFlags);
        at += PutSigned(destination[at..], exptime);
        return at + PutNumber(destination[at..], (uint)valueLength);
    }

    private static int PutNumber(Span<byte> destination, ulong value)
    {
        destination[0] = (byte)' ';
        return 1 + NumberWriter.Write(destination[1..], value);
    }

    private static int PutSigned(Span<byte> destination, int value)
    {
        destination[0] = (byte)' ';
        return 1 + NumberWriter.WriteSigned(destination[1..], value);
    }

    private static int Put(Span<byte> destination, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination);
        return text.Length;
    }

    private static int EndWith(Span<byte> destination, bool noReply) =>
        noReply ? Put(destination, " noreply\r\n"u8) : End(destination);

    private static int End(Span<byte> destination) => TextResponseWriter.WriteLineEnd(destination);
}
