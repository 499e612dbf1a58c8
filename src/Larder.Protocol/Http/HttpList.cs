namespace Larder.Protocol.Http;

/// <summary>
/// The elements of a header's comma-separated value, without white space around them; empty ones are skipped
/// (RFC 9110, section 5.6.1.2). For values without quoted strings. Borrows the value.
/// </summary>
internal ref struct HttpList
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Begins before the first element.</summary>
    public HttpList(ReadOnlySpan<byte> value) => _rest = value;

    /// <summary>The element that the last <see cref="MoveNext"/> found, never empty then.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Goes to the next element; false at the end.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int comma = _rest.IndexOf((byte)',');
            Current = AsciiText.Trim(comma < 0 ? _rest : _rest[..comma]);
            _rest = comma < 0 ? default : _rest[(comma + 1)..];
            if (!Current.IsEmpty)
                return true;
        }
        return false;
    }

    /// <summary>Whether a value has an element, in any case of letters.</summary>
    public static bool Contains(ReadOnlySpan<byte> value, ReadOnlySpan<byte> element)
    {
        var list = new HttpList(value);
        while (list.MoveNext())
            if (AsciiText.EqualsIgnoreCase(list.Current, element))
                return true;
        return false;
    }
}
