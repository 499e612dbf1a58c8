using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Protocol.Meta;

/// <summary>
/// Writes a meta reply's header piece by piece: two letters or <c>VA n</c>, then the return flags in the request's
/// order, then Z, X and W, then the line end. Each method writes from the beginning of its destination and returns
/// the bytes written. Reserve <see cref="HeaderLengthMax"/> once for all pieces. Replies without flags are in
/// <see cref="TextReplies"/>.
/// </summary>
public static class MetaResponseWriter
{
    /// <summary>
    /// The most bytes of a whole header: VA and its number 13, k with a base64 key 340, O 33, c 22, f 12, h 3, l s t 22
    /// each, Z X W 6, line end 2.
    /// </summary>
    public const int HeaderLengthMax = 512;

    /// <summary>The most bytes of <see cref="WriteDebug"/>.</summary>
    public const int DebugLengthMax = 3 + KeyBase64.EncodedLengthMax + 10 + (5 * 26) + 2;

    /// <summary>Writes <c>VA n</c>, without a line end.</summary>
    /// <param name="destination">At least 13 bytes.</param>
    /// <param name="valueLength">Bytes of the value, without CR LF.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteValueStart(Span<byte> destination, int valueLength)
    {
        "VA "u8.CopyTo(destination);
        return 3 + NumberWriter.Write(destination[3..], (uint)valueLength);
    }

    /// <summary>Writes the two letters of a reply, without a line end: HD, EN, NF, NS or EX.</summary>
    /// <param name="destination">At least 2 bytes.</param>
    /// <param name="reply">A constant of <see cref="TextReplies"/>, of which the first two bytes are taken.</param>
    /// <returns>2.</returns>
    public static int WriteStart(Span<byte> destination, ReadOnlySpan<byte> reply)
    {
        reply[..2].CopyTo(destination);
        return 2;
    }

    /// <summary>Writes a flag without text: <c> W</c>.</summary>
    /// <param name="destination">At least 2 bytes.</param>
    /// <param name="flag">The letter.</param>
    /// <returns>2.</returns>
    public static int WriteFlag(Span<byte> destination, byte flag)
    {
        destination[1] = flag;
        destination[0] = (byte)' ';
        return 2;
    }

    /// <summary>Writes a flag with an unsigned number: <c> c123</c>.</summary>
    /// <param name="destination">At least 22 bytes.</param>
    /// <param name="flag">The letter.</param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteFlag(Span<byte> destination, byte flag, ulong value)
    {
        int at = WriteFlag(destination, flag);
        return at + NumberWriter.Write(destination[at..], value);
    }

    /// <summary>Writes a flag with a signed number: <c> t-1</c>.</summary>
    /// <param name="destination">At least 22 bytes.</param>
    /// <param name="flag">The letter.</param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteFlagSigned(Span<byte> destination, byte flag, long value)
    {
        int at = WriteFlag(destination, flag);
        return at + NumberWriter.WriteSigned(destination[at..], value);
    }

    /// <summary>Writes a flag with text: <c> Oabc</c>.</summary>
    /// <param name="destination">2 bytes more than the text.</param>
    /// <param name="flag">The letter.</param>
    /// <param name="text">The text, may be empty.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteFlag(Span<byte> destination, byte flag, ReadOnlySpan<byte> text)
    {
        int at = WriteFlag(destination, flag);
        text.CopyTo(destination[at..]);
        return at + text.Length;
    }

    /// <summary>Writes the return flag k: <c> kfoo</c>, or <c> kZm9v b</c> for a binary key.</summary>
    /// <param name="destination">At least 340 bytes.</param>
    /// <param name="key">The key as the store has it, 1..250 bytes.</param>
    /// <param name="binary">The key came, or the item was stored, as base64.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteKeyFlag(Span<byte> destination, ReadOnlySpan<byte> key, bool binary)
    {
        if (!binary)
            return WriteFlag(destination, (byte)'k', key);
        int at = WriteFlag(destination, (byte)'k');
        at += KeyBase64.Encode(key, destination[at..]);
        return at + WriteFlag(destination[at..], (byte)'b');
    }

    /// <summary>Writes CR LF behind a header or a value.</summary>
    /// <param name="destination">At least 2 bytes.</param>
    /// <returns>2.</returns>
    public static int WriteLineEnd(Span<byte> destination) => TextResponseWriter.WriteLineEnd(destination);

    /// <summary>
    /// Writes the answer to me: <c>ME key exp=seconds la=seconds cas=n fetch=yes cls=n size=bytes CRLF</c>.
    /// </summary>
    /// <param name="destination">At least <see cref="DebugLengthMax"/> bytes.</param>
    /// <param name="key">The key as the store has it, 1..250 bytes.</param>
    /// <param name="binary">Write the key as base64.</param>
    /// <param name="ttl">Seconds left, -1 for ever.</param>
    /// <param name="lastAccess">Seconds since the last access.</param>
    /// <param name="cas">The cas value.</param>
    /// <param name="fetched">The item was read since it was stored.</param>
    /// <param name="classId">The item's class.</param>
    /// <param name="size">Bytes that the item takes.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteDebug(
        Span<byte> destination, ReadOnlySpan<byte> key, bool binary, long ttl, long lastAccess, ulong cas,
        bool fetched, int classId, long size)
    {
        "ME "u8.CopyTo(destination);
        int at = 3;
        if (binary)
        {
            at += KeyBase64.Encode(key, destination[at..]);
        }
        else
        {
            key.CopyTo(destination[at..]);
            at += key.Length;
        }
        at += WritePair(destination[at..], " exp="u8, ttl);
        at += WritePair(destination[at..], " la="u8, lastAccess);
        at += WriteText(destination[at..], " cas="u8);
        at += NumberWriter.Write(destination[at..], cas);
        at += WriteText(destination[at..], fetched ? " fetch=yes"u8 : " fetch=no"u8);
        at += WritePair(destination[at..], " cls="u8, classId);
        at += WritePair(destination[at..], " size="u8, size);
        return at + WriteLineEnd(destination[at..]);
    }

    private static int WritePair(Span<byte> destination, ReadOnlySpan<byte> name, long value)
    {
        int at = WriteText(destination, name);
        return at + NumberWriter.WriteSigned(destination[at..], value);
    }

    private static int WriteText(Span<byte> destination, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
