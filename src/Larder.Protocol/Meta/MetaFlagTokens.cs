using Larder.Protocol.Text;

namespace Larder.Protocol.Meta;

/// <summary>
/// The flags of a meta request or reply in the order sent, without allocation: one letter and the text behind it.
/// Borrows the line. Usable with foreach (Current is the iterator itself at its position).
/// </summary>
public ref struct MetaFlagTokens
{
    private TextTokens _tokens;

    /// <summary>Begins before the first flag.</summary>
    /// <param name="text">The flags, separated by spaces.</param>
    public MetaFlagTokens(ReadOnlySpan<byte> text) => _tokens = new TextTokens(text);

    /// <summary>The letter.</summary>
    public readonly byte Flag => _tokens.Current[0];

    /// <summary>The text behind the letter, often empty.</summary>
    public readonly ReadOnlySpan<byte> Token => _tokens.Current[1..];

    /// <summary>The flag with its text, as sent.</summary>
    public readonly ReadOnlySpan<byte> Text => _tokens.Current;

    /// <summary>For foreach.</summary>
    public readonly MetaFlagTokens Current => this;

    /// <summary>Goes to the next flag.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext() => _tokens.MoveNext();

    /// <summary>For foreach.</summary>
    /// <returns>A copy.</returns>
    public readonly MetaFlagTokens GetEnumerator() => this;
}
