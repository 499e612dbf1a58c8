using Larder.Protocol.Scan;

namespace Larder.Protocol.Text;

/// <summary>
/// The keys of get, gets, gat and gats, one after the other. Stops at a key that is longer than 250 bytes and says so
/// in <see cref="Error"/>: the caller then drops the VALUE lines of this command, and of this command only, and sends
/// the error line instead of END.
/// </summary>
public ref struct TextKeys
{
    private TextTokens _tokens;

    internal TextKeys(ReadOnlySpan<byte> text) => _tokens = new TextTokens(text);

    /// <summary>The key that the last <see cref="MoveNext"/> found, 1..250 bytes.</summary>
    public readonly ReadOnlySpan<byte> Current => _tokens.Current;

    /// <summary>
    /// Why <see cref="MoveNext"/> stopped: None at the end of the line, BadLine at a key that is too long.
    /// </summary>
    public RequestError Error { get; private set; }

    /// <summary>Goes to the next key.</summary>
    /// <returns>False at the end or at an error.</returns>
    public bool MoveNext()
    {
        if (Error != RequestError.None || !_tokens.MoveNext())
            return false;
        if (_tokens.Current.Length <= KeyRules.LengthMax)
            return true;
        Error = RequestError.BadLine;
        return false;
    }
}
