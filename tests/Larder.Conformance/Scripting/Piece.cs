namespace Larder.Conformance.Scripting;

/// <summary>One piece of a pattern; see <see cref="PatternReader"/> for how it is written. Immutable.</summary>
public sealed class Piece
{
    /// <summary>What it stands for.</summary>
    public required PieceKind Kind { get; init; }

    /// <summary>The bytes of a <see cref="PieceKind.Literal"/>.</summary>
    public byte[] Literal { get; init; } = [];

    /// <summary>The name under which a number is kept or recalled; empty if it is not kept.</summary>
    public string Name { get; init; } = "";

    /// <summary>The smallest number that matches.</summary>
    public ulong Min { get; init; }

    /// <summary>The largest number that matches.</summary>
    public ulong Max { get; init; } = ulong.MaxValue;

    /// <summary>What is added to a recalled number.</summary>
    public long Offset { get; init; }
}
