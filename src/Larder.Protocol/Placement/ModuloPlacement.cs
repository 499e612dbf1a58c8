using System.Globalization;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>Hash modulo the number of slots; a server has one, or as many as its weight says.</summary>
internal sealed class ModuloPlacement : SlotPlacement
{
    private const int SlotCountMax = 1 << 20;
    private const int ClassicTries = 10; // python-memcached's _SERVER_RETRIES

    private readonly int[] _slots;
    private readonly KeyHash _hash;

    /// <summary>Makes a placement.</summary>
    /// <param name="options">The options.</param>
    /// <param name="servers">The servers, checked.</param>
    /// <param name="scores">Their scores, for the next owners.</param>
    /// <param name="slots">The server of each slot.</param>
    /// <param name="hash">How keys are hashed.</param>
    public ModuloPlacement(
        PlacementOptions options, ServerEndpoint[] servers, RendezvousScores scores, int[] slots, KeyHash hash)
        : base(options, servers, scores)
    {
        _slots = slots;
        _hash = hash;
    }

    /// <summary>As many slots for each server as its weight.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="order">Their indices in the order of their slots.</param>
    /// <returns>The server of each slot.</returns>
    /// <exception cref="ArgumentException">More slots than anybody needs.</exception>
    public static IEnumerable<int> Slots(ServerEndpoint[] servers, IEnumerable<int> order)
    {
        long total = servers.Sum(static server => (long)server.Weight);
        if (total > SlotCountMax)
            throw new ArgumentException($"the weights add up to {total}; {SlotCountMax} is the most", nameof(servers));
        return order.SelectMany(i => Enumerable.Repeat(i, servers[i].Weight));
    }

    private protected override int Locate(ReadOnlySpan<byte> part) => Slot(KeyHashes.Compute(_hash, part));

    private protected override int LocateNext(ReadOnlySpan<byte> part, ReadOnlySpan<ulong> excluded)
    {
        if (Options.Kind == PlacementKind.Classic)
        {
            uint hash = KeyHashes.Compute(_hash, part);
            for (int tried = 0; tried < ClassicTries - 1; tried++)
            {
                hash = Rehash(hash, tried);
                int server = Slot(hash);
                if (!ServerBits.Contains(excluded, server))
                    return server;
            }
        }
        return base.LocateNext(part, excluded);
    }

    // python-memcached hashes the digits of the hash and of the try, one behind the other.
    private uint Rehash(uint hash, int tried)
    {
        Span<byte> digits = stackalloc byte[16];
        hash.TryFormat(digits, out int hashLength, default, CultureInfo.InvariantCulture);
        tried.TryFormat(digits[hashLength..], out int triedLength, default, CultureInfo.InvariantCulture);
        return KeyHashes.Compute(_hash, digits[..(hashLength + triedLength)]);
    }

    private int Slot(uint hash) => _slots[hash % (uint)_slots.Length];
}
