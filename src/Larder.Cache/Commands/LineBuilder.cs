using System.Runtime.CompilerServices;
using Larder.Protocol.Scan;

namespace Larder.Cache.Commands;

/// <summary>Writes one line of texts and numbers into a span that has room for it.</summary>
internal ref struct LineBuilder(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Writes bytes as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Text(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(_room[Length..]);
        Length += text.Length;
    }

    /// <summary>Writes a number.</summary>
    public void Number(ulong value) => Length += NumberWriter.Write(_room[Length..], value);

    /// <summary>Writes a number with its sign.</summary>
    public void Signed(long value) => Length += NumberWriter.WriteSigned(_room[Length..], value);

    /// <summary>Writes six digits.</summary>
    public void Padded(uint value)
    {
        Span<byte> digits = _room.Slice(Length, 6);
        for (int i = digits.Length - 1; i >= 0; i--, value /= 10)
        {
            digits[i] = (byte)('0' + (value % 10));
        }
        Length += digits.Length;
    }

    /// <summary>Writes two hexadecimal digits.</summary>
    public void Hexadecimal(byte value)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        _room[Length++] = digits[value >> 4];
        _room[Length++] = digits[value & 0xf];
    }

    /// <summary>Writes bytes as they are, but a dot for each control character.</summary>
    public void Printable(scoped ReadOnlySpan<byte> text)
    {
        foreach (byte each in text)
        {
            _room[Length++] = each is < (byte)' ' or 0x7f ? (byte)'.' : each;
        }
    }

    /// <summary>Writes a key's percent-encoded text.</summary>
    public void Key(scoped ReadOnlySpan<byte> key) => Length += KeyUri.Write(key, _room[Length..]);
}
