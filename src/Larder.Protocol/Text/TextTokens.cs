namespace Larder.Protocol.Text;

/// <summary>
/// The tokens of a line, one after the other, without allocation: split on spaces only, repeated and trailing spaces
/// are skipped, a tab is part of a token. Borrows the line. Usable with foreach; a copy goes on from where it was
/// copied.
/// </summary>
public ref struct TextTokens
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Begins before the first token.</summary>
    /// <param name="text">The text to split, without its line end.</param>
    public TextTokens(ReadOnlySpan<byte> text) => _rest = text;

    /// <summary>The token that the last <see cref="MoveNext"/> found, never empty then.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Goes to the next token.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        ReadOnlySpan<byte> rest = _rest;
        int start = 0;
        while ((uint)start < (uint)rest.Length && rest[start] == ' ')
            start++;
        rest = rest[start..];
        int length = rest.IndexOf((byte)' ');
        if (length < 0)
            length = rest.Length;
        Current = rest[..length];
        _rest = rest[length..];
        return length > 0;
    }

    /// <summary>Goes to the next token and hands it out.</summary>
    /// <param name="token">The token, or empty at the end.</param>
    /// <returns>False at the end.</returns>
    public bool TryNext(out ReadOnlySpan<byte> token)
    {
        bool found = MoveNext();
        token = Current;
        return found;
    }

    /// <summary>How many tokens are still to come.</summary>
    /// <returns>The count; the position does not move.</returns>
    public readonly int CountRest()
    {
        TextTokens copy = this;
        int count = 0;
        while (copy.MoveNext())
            count++;
        return count;
    }

    /// <summary>For foreach.</summary>
    /// <returns>A copy.</returns>
    public readonly TextTokens GetEnumerator() => this;
}
