using Larder.Protocol.Text;

namespace Larder.Cache.Serving;

/// <summary>A value of the classic or meta protocol that is still coming, and what its answer needs.</summary>
internal sealed class TextPendingValue : PendingValue
{
    /// <summary>Which command.</summary>
    public TextCommand Command { get; init; }

    /// <summary>No answer is wanted.</summary>
    public bool NoReply { get; init; }

    /// <summary>The line of a meta command, read again for the answer; empty for classic ones.</summary>
    public byte[] Line { get; init; } = [];

    /// <summary>The value was followed by CR LF.</summary>
    public bool HasLineEnd { get; private set; }

    /// <inheritdoc/>
    public override bool TryEnd(ReadOnlySpan<byte> input, ref int consumed)
    {
        if (input.Length < TextReplies.LineEnd.Length)
        {
            return false;
        }
        consumed += TextReplies.LineEnd.Length;
        HasLineEnd = input.StartsWith(TextReplies.LineEnd);
        return true;
    }
}
