using System.Text;
using System.Text.Unicode;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>
/// pymemcache's rendezvous: MurmurHash3 of <c>host:port-key</c>, the highest wins, of equals the greater name. The
/// hash is one of Python's characters, each cut to its lowest byte, so that keys beyond ASCII are hashed as those are.
/// </summary>
internal sealed class PymemcacheRendezvous : KeyPlacement
{
    private readonly Murmur3[] _begun; // of "host:port-"
    private readonly int[] _ranks; // of the names, for equal scores

    /// <summary>Makes a placement.</summary>
    /// <param name="options">The options.</param>
    /// <param name="servers">The servers, checked.</param>
    /// <param name="names">Their names.</param>
    public PymemcacheRendezvous(PlacementOptions options, ServerEndpoint[] servers, string[] names)
        : base(options, servers)
    {
        _begun = new Murmur3[names.Length];
        for (int i = 0; i < names.Length; i++)
            _begun[i].Append(Encoding.UTF8.GetBytes($"{names[i]}-"));
        string[] sorted = [.. names.Order(StringComparer.Ordinal)];
        _ranks = [.. names.Select(name => Array.IndexOf(sorted, name))];
    }

    private protected override int Locate(ReadOnlySpan<byte> part) => LocateNext(part, []);

    private protected override int LocateNext(ReadOnlySpan<byte> part, ReadOnlySpan<ulong> excluded)
    {
        bool isText = !Ascii.IsValid(part) && Utf8.IsValid(part);
        int best = -1;
        uint bestScore = 0;
        for (int i = 0; i < _begun.Length; i++)
        {
            if (ServerBits.Contains(excluded, i)) continue;
            Murmur3 hash = _begun[i];
            if (isText)
                AppendCharacters(ref hash, part);
            else
                hash.Append(part);
            uint score = hash.Finish();
            if (best < 0 || score > bestScore || (score == bestScore && _ranks[i] > _ranks[best]))
                (best, bestScore) = (i, score);
        }
        return best;
    }

    private static void AppendCharacters(ref Murmur3 hash, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out Rune rune, out int length);
            hash.Append([(byte)rune.Value]);
            text = text[length..];
        }
    }
}
