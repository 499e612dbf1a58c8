using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Larder.Conformance.Scripting;

/// <summary>
/// Bytes to send or to expect: literals, and wildcards where a value varies by its nature (cas numbers, times).
/// Immutable; what is kept by name lives in the dictionary that the caller passes.
/// </summary>
public sealed class Pattern
{
    private readonly Piece[] _pieces;

    /// <summary>Joins pieces to a pattern.</summary>
    public Pattern(IEnumerable<Piece> pieces) => _pieces = [.. pieces];

    /// <summary>Nothing at all: no bytes to send, no answer to expect.</summary>
    public static Pattern Empty { get; } = new([]);

    /// <summary>Whether it describes no bytes.</summary>
    public bool IsEmpty => _pieces.Length == 0;

    /// <summary>The names that it recalls.</summary>
    public IEnumerable<string> Recalled => 
        _pieces.Where(p => p.Kind is PieceKind.Recall or PieceKind.WideRecall).Select(p => p.Name);

    /// <summary>The names that it keeps.</summary>
    public IEnumerable<string> Kept =>
        _pieces.Where(p => p.Kind is PieceKind.Number or PieceKind.Wide && p.Name.Length > 0).Select(p => p.Name);

    /// <summary>Both patterns, one after the other.</summary>
    public Pattern Then(Pattern next) => new(_pieces.Concat(next._pieces));

    /// <summary>The bytes to send; recalled numbers come from <paramref name="kept"/>.</summary>
    public byte[] Render(IReadOnlyDictionary<string, ulong> kept)
    {
        using var bytes = new MemoryStream();
        foreach (Piece piece in _pieces)
        {
            bytes.Write(piece.Kind switch
            {
                PieceKind.Literal => piece.Literal,
                PieceKind.Recall => RecalledText(piece, kept),
                PieceKind.WideRecall => RecalledBytes(piece, kept),
                _ => throw new InvalidOperationException("a wildcard cannot be sent"),
            });
        }
        return bytes.ToArray();
    }

    /// <summary>
    /// Compares the beginning of <paramref name="bytes"/>; numbers with names go into <paramref name="kept"/>.
    /// </summary>
    /// <param name="bytes">What has arrived so far.</param>
    /// <param name="kept">Numbers kept by earlier answers; changed also if the comparison fails later.</param>
    /// <param name="length">The number of bytes that the pattern took, valid after
    /// <see cref="MatchStatus.Matched"/>.</param>
    public MatchStatus Match(ReadOnlySpan<byte> bytes, Dictionary<string, ulong> kept, out int length)
    {
        length = 0;
        foreach (Piece piece in _pieces)
        {
            ReadOnlySpan<byte> rest = bytes[length..];
            int count = 0;
            MatchStatus status = piece.Kind switch
            {
                PieceKind.Literal => MatchLiteral(rest, piece.Literal, out count),
                PieceKind.Recall => MatchLiteral(rest, RecalledText(piece, kept), out count),
                PieceKind.Number => MatchNumber(rest, piece, kept, out count),
                PieceKind.Wide => MatchWide(rest, piece, kept, out count),
                PieceKind.WideRecall => MatchLiteral(rest, RecalledBytes(piece, kept), out count),
                PieceKind.Word => MatchUntil(rest, " \r\n"u8, 1, out count),
                PieceKind.Rest => MatchUntil(rest, "\r\n"u8, 0, out count),
                _ => throw new InvalidOperationException(),
            };
            if (status != MatchStatus.Matched)
                return status;
            length += count;
        }
        return MatchStatus.Matched;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (Piece piece in _pieces)
        {
            text.Append(piece.Kind switch
            {
                PieceKind.Literal => Wire.Escaping.Show(piece.Literal),
                PieceKind.Recall => $"{{={piece.Name}{(piece.Offset == 0 ? "" : piece.Offset.ToString("+0;-0"))}}}",
                PieceKind.Number or PieceKind.Wide => $"{{#{piece.Name}}}",
                PieceKind.WideRecall => $"{{={piece.Name}}}",
                PieceKind.Word => "{word}",
                _ => "{rest}",
            });
        }
        return text.ToString();
    }

    private static byte[] RecalledText(Piece piece, IReadOnlyDictionary<string, ulong> kept) =>
        Encoding.ASCII.GetBytes(Recall(piece, kept).ToString(CultureInfo.InvariantCulture));

    private static byte[] RecalledBytes(Piece piece, IReadOnlyDictionary<string, ulong> kept)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Recall(piece, kept));
        return bytes;
    }

    private static ulong Recall(Piece piece, IReadOnlyDictionary<string, ulong> kept) =>
        kept.TryGetValue(piece.Name, out ulong value)
            ? value + (ulong)piece.Offset
            : throw new InvalidOperationException($"no number was kept under the name {piece.Name}");

    private static MatchStatus MatchLiteral(ReadOnlySpan<byte> rest, byte[] literal, out int count)
    {
        count = literal.Length;
        if (rest.Length >= literal.Length)
            return rest.StartsWith(literal) ? MatchStatus.Matched : MatchStatus.Different;
        return literal.AsSpan().StartsWith(rest) ? MatchStatus.Incomplete : MatchStatus.Different;
    }

    private static MatchStatus MatchNumber(
        ReadOnlySpan<byte> rest, Piece piece, Dictionary<string, ulong> kept, out int count)
    {
        count = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (count < 0)
            return rest.Length > 20 ? MatchStatus.Different : MatchStatus.Incomplete;
        if (!ulong.TryParse(rest[..count], NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            || value < piece.Min || value > piece.Max)
            return MatchStatus.Different;
        if (piece.Name.Length > 0)
            kept[piece.Name] = value;
        return MatchStatus.Matched;
    }

    private static MatchStatus MatchWide(
        ReadOnlySpan<byte> rest, Piece piece, Dictionary<string, ulong> kept, out int count)
    {
        count = sizeof(ulong);
        if (!BinaryPrimitives.TryReadUInt64BigEndian(rest, out ulong value))
            return MatchStatus.Incomplete;
        if (piece.Name.Length > 0)
            kept[piece.Name] = value;
        return value != 0 ? MatchStatus.Matched : MatchStatus.Different;
    }

    private static MatchStatus MatchUntil(
        ReadOnlySpan<byte> rest, ReadOnlySpan<byte> ends, int lengthMin, out int count)
    {
        count = rest.IndexOfAny(ends);
        if (count < 0)
            return MatchStatus.Incomplete;
        return count >= lengthMin ? MatchStatus.Matched : MatchStatus.Different;
    }
}
