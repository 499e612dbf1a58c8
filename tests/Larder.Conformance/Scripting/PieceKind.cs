namespace Larder.Conformance.Scripting;

/// <summary>What a piece of a sent or expected line stands for.</summary>
public enum PieceKind
{
    /// <summary>These bytes.</summary>
    Literal,

    /// <summary>A decimal number in a range, kept under a name if it has one.</summary>
    Number,

    /// <summary>The number that was kept under a name, plus an offset.</summary>
    Recall,

    /// <summary>A number of eight bytes, big-endian, not 0; kept under a name if it has one.</summary>
    Wide,

    /// <summary>The eight bytes of the number that was kept under a name.</summary>
    WideRecall,

    /// <summary>Whatever comes up to a CR, an LF or a space, at least one byte.</summary>
    Word,

    /// <summary>Whatever comes up to a CR or an LF.</summary>
    Rest,
}
