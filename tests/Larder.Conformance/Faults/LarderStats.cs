using System.Globalization;
using Larder.Conformance.Wire;

namespace Larder.Conformance.Faults;

/// <summary>The numbers of <c>stats larder</c>; those of single threads are summed.</summary>
internal static class LarderStats
{
    /// <summary>Asks for them on a connection that has nothing else to read.</summary>
    public static Dictionary<string, long> Read(WireClient client)
    {
        var sums = new Dictionary<string, long>();
        client.Send("stats larder\r\n");
        for (string line = client.ReadLine(); line != "END"; line = client.ReadLine())
        {
            string[] words = line.Split(' ');
            string name = words[1][(words[1].LastIndexOf(':') + 1)..];
            if (long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
                sums[name] = sums.GetValueOrDefault(name) + value;
        }
        return sums;
    }
}
