namespace Larder.Protocol.Placement;

/// <summary>
/// Which server has a key. It never changes: a server that dies is not taken out (the ring of a list without it is
/// another ring, with weights even for keys of the living), but passed over, see <see cref="FindNext"/>. A new list of
/// servers is a new placement. All members may be called by any thread at any time; lookups allocate nothing.
/// </summary>
/// <remarks>
/// <code>
///  key -> the part that is hashed (tag, stop, prefix) -> hash -> ring point | slot | bucket | best score -> server
///                                                                  |
///                                     next owners: further points of the ring, or the next scores
/// </code>
/// No state of servers is kept here: who is down, and for how long, is its caller's.
/// </remarks>
public abstract class KeyPlacement
{
    private readonly ServerEndpoint[] _servers;
    private readonly HashedPart _part;

    /// <summary>Keeps what all kinds need.</summary>
    /// <param name="options">The options.</param>
    /// <param name="servers">The servers, checked, owned by the placement.</param>
    private protected KeyPlacement(PlacementOptions options, ServerEndpoint[] servers)
    {
        Options = options;
        _servers = servers;
        _part = new HashedPart(options);
    }

    /// <summary>What it was made of.</summary>
    public PlacementOptions Options { get; }

    /// <summary>The servers, in the order in which they were given: their positions are what lookups return.</summary>
    public IReadOnlyList<ServerEndpoint> Servers => _servers;

    /// <summary>Makes a placement with the defaults of a kind.</summary>
    /// <param name="kind">The rule.</param>
    /// <param name="servers">The servers. Their order matters, except for rings and rendezvous.</param>
    /// <returns>The placement.</returns>
    /// <exception cref="ArgumentException">See the other overload.</exception>
    public static KeyPlacement Create(PlacementKind kind, IReadOnlyList<ServerEndpoint> servers) =>
        Create(new PlacementOptions { Kind = kind }, servers);

    /// <summary>Makes a placement.</summary>
    /// <param name="options">The rule and its settings.</param>
    /// <param name="servers">The servers. Their order matters, except for rings and rendezvous.</param>
    /// <returns>The placement.</returns>
    /// <exception cref="ArgumentException">
    /// No servers; a server twice, without a host, with a port outside 1..65535 or a weight below 1; weights for a kind
    /// that has none; a hash that is not for this kind; a tag that is not two characters; a bucket map of other
    /// servers. The message names what is wrong.
    /// </exception>
    public static KeyPlacement Create(PlacementOptions options, IReadOnlyList<ServerEndpoint> servers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(servers);
        return PlacementFactory.Create(options, [.. servers]);
    }

    /// <summary>The server that has a key.</summary>
    /// <param name="key">The key, at least one byte; of any length.</param>
    /// <returns>An index into <see cref="Servers"/>.</returns>
    /// <exception cref="ArgumentException">An empty key.</exception>
    public int Find(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty) ThrowEmptyKey();
        return Locate(_part.Of(key));
    }

    /// <summary>
    /// The first owner of a key that is not excluded, in the key's own order of owners, which begins with
    /// <see cref="Find"/>. The order does not depend on who is excluded: every client that excludes the same servers
    /// finds the same owner, and the keys of servers that live stay where they are. Adding each owner that failed to
    /// the set, and asking again, enumerates the distinct owners.
    /// </summary>
    /// <param name="key">The key, at least one byte.</param>
    /// <param name="excluded">
    /// The servers to pass over (see <see cref="ServerBits"/>); may be shorter than the list.
    /// </param>
    /// <returns>
    /// An index into <see cref="Servers"/>, or -1 if all that own anything are excluded (a ring has no point for a
    /// server whose weight is a hundredth of the others').
    /// </returns>
    /// <exception cref="ArgumentException">An empty key.</exception>
    public int FindNext(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> excluded)
    {
        if (key.IsEmpty) ThrowEmptyKey();
        ReadOnlySpan<byte> part = _part.Of(key);
        int server = Locate(part);
        return ServerBits.Contains(excluded, server) ? LocateNext(part, excluded) : server;
    }

    /// <summary>The first owner of what is hashed.</summary>
    /// <param name="part">Any bytes.</param>
    /// <returns>The server.</returns>
    private protected abstract int Locate(ReadOnlySpan<byte> part);

    /// <summary>The first owner that is not excluded; the very first one is.</summary>
    /// <param name="part">Any bytes.</param>
    /// <param name="excluded">The servers to pass over.</param>
    /// <returns>The server, or -1.</returns>
    private protected abstract int LocateNext(ReadOnlySpan<byte> part, ReadOnlySpan<ulong> excluded);

    private static void ThrowEmptyKey() => throw new ArgumentException("a key has at least one byte", "key");
}
