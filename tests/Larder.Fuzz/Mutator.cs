namespace Larder.Fuzz;

/// <summary>
/// Makes inputs out of a corpus: one to three entries, joined and damaged. The same seed makes the same inputs.
/// </summary>
internal sealed class Mutator(int seed, string[] corpus)
{
    private const int MutationsMax = 4;

    // Bytes and pieces that parsers have tripped over.
    private static readonly string[] s_pieces =
    [
        " ", "  ", "\r", "\n", "\r\n", "\t", "\0", "\v", "-", "+", "0", "-1", "2147483645", "2147483646",
        "2147483648", "4294967295",
        "4294967296", "9223372036854775808", "18446744073709551615", "18446744073709551616", " noreply", " HTTP/1.1",
        "b", " b", " q",
        " v v", "=", "==", " O1", " T", "M", " MS", "\u0080", "\u00ff",
        "VALUE ", "END\r\n", "VA 1", new string('k', 250),
        new string('k', 251), new string(' ', 101), " a b c d e f g h i j k l m n o p q r s t u v w x y z",
    ];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var input = new List<byte>();
        for (int count = _random.Next(1, 4); count > 0; count--)
            input.AddRange(corpus[_random.Next(corpus.Length)].Select(c => (byte)c));
        for (int count = _random.Next(MutationsMax + 1); count > 0; count--)
            Mutate(input);
        return [.. input];
    }

    private void Mutate(List<byte> input)
    {
        int at = _random.Next(input.Count + 1);
        int length = Math.Min(_random.Next(1, 9), input.Count - at);
        switch (_random.Next(7))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(_random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 4:
                input.RemoveRange(at, input.Count - at);
                break;
            default:
                input.InsertRange(at, s_pieces[_random.Next(s_pieces.Length)].Select(c => (byte)c));
                break;
        }
    }
}
