namespace Larder.Protocol.Placement;

/// <summary>
/// A set of servers, by their indexes, as bits in words that the caller owns, on the stack as a rule. Words that are
/// not there are zero, so that an empty span is the empty set.
/// </summary>
public static class ServerBits
{
    private const int WordBits = 64;

    /// <summary>Words that hold a set of some servers.</summary>
    /// <param name="serverCount">Servers.</param>
    /// <returns>Words of 64 bits.</returns>
    public static int WordCount(int serverCount) => (serverCount + WordBits - 1) / WordBits;

    /// <summary>Adds a server.</summary>
    /// <param name="set">The set, with a word for this server.</param>
    /// <param name="server">Its index.</param>
    public static void Add(Span<ulong> set, int server) => set[server / WordBits] |= 1UL << (server % WordBits);

    /// <summary>Takes a server out.</summary>
    /// <param name="set">The set, with a word for this server.</param>
    /// <param name="server">Its index.</param>
    public static void Remove(Span<ulong> set, int server) => set[server / WordBits] &= ~(1UL << (server % WordBits));

    /// <summary>Whether a server is in the set.</summary>
    /// <param name="set">The set, of any length.</param>
    /// <param name="server">Its index.</param>
    /// <returns>True if it is.</returns>
    public static bool Contains(ReadOnlySpan<ulong> set, int server)
    {
        int word = server / WordBits;
        return (uint)word < (uint)set.Length && (set[word] >> (server % WordBits) & 1) != 0;
    }
}
