using System.Buffers.Binary;
using System.Globalization;

namespace Larder.Conformance.Scripting;

/// <summary>
/// Reads the words of a line that stands for one frame of the binary protocol: an opcode's number and fields.
/// <code>
/// 00 key=TEXT value=TEXT extras=HEX      the body; TEXT as in <see cref="PatternReader"/>, a blank is \x20
/// cas=N  cas={#}  cas={#NAME}  cas={=NAME}  the CAS: a number; any but 0, kept as NAME; the one kept
/// status=HEX                             of a response
/// magic=HEX keylength=N extraslength=N bodylength=N    lies, in place of what the body is
/// </code>
/// The opaque is always 0x01020304.
/// </summary>
internal static class FrameReader
{
    private const int HeaderLength = 24;
    private const uint Opaque = 0x01020304;

    private static readonly string[] s_fields =
    [
        "key", "value", "extras", "cas", "status", "magic", "keylength", "extraslength", "bodylength",
    ];

    /// <summary>Parses <paramref name="text"/>; a mistake throws <see cref="FormatException"/>.</summary>
    /// <param name="text">The line behind its mark.</param>
    /// <param name="magic">0x80 for what is sent, 0x81 for what is expected.</param>
    public static Pattern Read(string text, byte magic)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string word in words.Skip(1))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !s_fields.Contains(word[..equals]))
                throw new FormatException($"no field of a frame: {word}");
            fields.Add(word[..equals], word[(equals + 1)..]);
        }
        byte[] key = Bytes(fields.GetValueOrDefault("key", ""));
        byte[] value = Bytes(fields.GetValueOrDefault("value", ""));
        byte[] extras = Convert.FromHexString(fields.GetValueOrDefault("extras", ""));
        byte[] header = new byte[HeaderLength];
        header[0] = (byte)Hex(fields, "magic", magic);
        header[1] = Convert.ToByte(words[0], 16);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)Number(fields, "keylength", key.Length));
        header[4] = (byte)Number(fields, "extraslength", extras.Length);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)Hex(fields, "status", 0));
        long bodyLength = Number(fields, "bodylength", extras.Length + key.Length + value.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), (uint)bodyLength);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), Opaque);
        return new Pattern(
        [
            Literal(header[..16]),
            Cas(fields.GetValueOrDefault("cas", "0")),
            Literal([.. extras, .. key, .. value]),
        ]);
    }

    private static Piece Literal(byte[] bytes) => new() { Kind = PieceKind.Literal, Literal = bytes };

    private static Piece Cas(string text)
    {
        if (text.StartsWith("{#", StringComparison.Ordinal))
            return new Piece { Kind = PieceKind.Wide, Name = text[2..^1] };
        if (text.StartsWith("{=", StringComparison.Ordinal))
            return new Piece { Kind = PieceKind.WideRecall, Name = text[2..^1] };
        byte[] cas = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(cas, ulong.Parse(text, CultureInfo.InvariantCulture));
        return Literal(cas);
    }

    private static byte[] Bytes(string text) =>
        PatternReader.Read(text).Render(new Dictionary<string, ulong>(StringComparer.Ordinal));

    private static long Number(Dictionary<string, string> fields, string name, long fallback) =>
        fields.TryGetValue(name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : fallback;

    private static int Hex(Dictionary<string, string> fields, string name, int fallback) =>
        fields.TryGetValue(name, out string? text) ? Convert.ToInt32(text, 16) : fallback;
}
