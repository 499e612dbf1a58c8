namespace Larder.Options;

/// <summary>One word of -o: <c>name</c> or <c>name=value</c>, read as getsubopt(3) does.</summary>
/// <param name="Text">The whole word, for messages.</param>
/// <param name="Name">What stands before the first <c>=</c>.</param>
/// <param name="Value">What stands behind it; null without a <c>=</c>.</param>
internal readonly record struct SubOption(string Text, string Name, string? Value)
{
    /// <summary>
    /// The words between the commas. A comma at the end starts no word, one before another comma an empty word,
    /// which no table knows.
    /// </summary>
    public static IEnumerable<SubOption> Split(string text)
    {
        string rest = text;
        while (rest.Length > 0)
        {
            int comma = rest.IndexOf(',', StringComparison.Ordinal);
            string word = comma < 0 ? rest : rest[..comma];
            rest = comma < 0 ? "" : rest[(comma + 1)..];
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? new(word, word, null) : new(word, word[..equals], word[(equals + 1)..]);
        }
    }
}
