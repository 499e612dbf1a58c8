using System.Globalization;

namespace Larder.Fuzz;

/// <summary>
/// The binary request the slow, obvious way: hexadecimal text and a list of shapes. Says what
/// <see cref="Larder.Protocol.Tests.Binary.BinaryDescription"/> says of the real reader's result.
/// </summary>
internal static class SlowBinaryParser
{
    // opcode, loud name, quiet?, lengths of extras, key (n none, k key, o either), value allowed
    private static readonly string[] s_shapes =
    [
        "00 Get - 0 k -", "01 Set - 8 k v", "02 Add - 8 k v", "03 Replace - 8 k v", "04 Delete - 0 k -",
        "05 Increment - 20 k -", "06 Decrement - 20 k -", "07 Quit - 0 n -", "08 Flush - 0,4 n -", "09 Get q 0 k -",
        "0a Noop - 0 n -", "0b Version - 0 n -", "0c GetK - 0 k -", "0d GetK q 0 k -", "0e Append - 0 k v",
        "0f Prepend - 0 k v", "10 Stat - 0 o -", "11 Set q 8 k v", "12 Add q 8 k v", "13 Replace q 8 k v",
        "14 Delete q 0 k -", "15 Increment q 20 k -", "16 Decrement q 20 k -", "17 Quit q 0 n -", "18 Flush q 0,4 n -",
        "19 Append q 0 k v", "1a Prepend q 0 k v", "1b Verbosity - 4 n -", "1c Touch - 4 k -", "1d Gat - 4 k -",
        "1e Gat q 4 k -", "20 SaslList - 0 n -", "21 SaslAuth - 0 k v", "22 SaslStep - 0 k v", "23 GatK - 4 k -",
        "24 GatK q 4 k -",
    ];

    public static string Describe(string input)
    {
        if (input.Length > 0 && input[0] != '\x80')
            return "Close";
        if (input.Length < 24)
            return "Incomplete";
        long key = Number(input, 2, 2);
        long extras = Number(input, 4, 1);
        long body = Number(input, 8, 4);
        string opcode = Hex(input, 1, 1);
        string opaque = string.Concat(input.Substring(12, 4).Reverse().Select(c => $"{(int)c:x2}")).TrimStart('0');
        string start = $"{opcode} opaque={(opaque.Length == 0 ? "0" : opaque)} cas={Unsigned(input, 16, 8)}";
        if (key + extras > body)
            return $"{start} error=UnknownCommand closes";
        if (key > 250 || body > 1024 * 1024 * 1024)
            return $"{start} error=InvalidArguments closes";
        string? shape = Array.Find(s_shapes, s => s.StartsWith(opcode, StringComparison.Ordinal));
        if (shape is null)
            return $"{start} error=UnknownCommand length={24 + body}";
        string[] words = shape.Split(' ');
        bool good = words[3].Split(',').Contains(extras.ToString(CultureInfo.InvariantCulture))
            && (words[4] == "o" || (words[4] == "k") == (key > 0))
            && (words[5] == "v" || body == key + extras);
        if (!good)
            return $"{start} error=InvalidArguments closes";
        if (input.Length < 24 + extras + key)
            return $"{start} needs {24 + extras + key} of {24 + body}";
        string value = input.Length < 24 + body
            ? " waits"
            : $" value={input[(int)(24 + extras + key)..(int)(24 + body)]}";
        return $"{start} length={24 + body} {words[1]}{(words[2] == "q" ? " quiet" : "")}"
            + $" key={input.Substring((int)(24 + extras), (int)key)}{Extras(words[1], input, extras)}{value}";
    }

    private static string Extras(string name, string input, long length) => name switch
    {
        "Set" or "Add" or "Replace" => $" flags={Number(input, 24, 4)} exp={Number(input, 28, 4)}",
        "Increment" or "Decrement" =>
            $" delta={Unsigned(input, 24, 8)} initial={Unsigned(input, 32, 8)} exp={Number(input, 40, 4)}",
        "Touch" or "Gat" or "GatK" or "Verbosity" or "Flush" => $" word={(length == 0 ? 0 : Number(input, 24, 4))}",
        _ => "",
    };

    private static long Number(string input, int at, int bytes) => (long)Unsigned(input, at, bytes);

    private static ulong Unsigned(string input, int at, int bytes) =>
        ulong.Parse(Hex(input, at, bytes), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Hex(string input, int at, int bytes) =>
        string.Concat(input.Substring(at, bytes).Select(c => $"{(int)c:x2}"));
}
