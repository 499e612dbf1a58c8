using System.Numerics;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>
/// A ring of points, sorted, several for each server: ketama and its relatives. The next owner of a key is that of the
/// next point of another server, as if the points of those that are passed over were not there.
/// </summary>
/// <remarks>
/// <code>
///  hash 32 bits ---- top bits ----> _starts[cell], _starts[cell + 1]    about one point lies between them
///                                        |              |
///  _points  [ position server | position server | position server | ... ]   sorted by position, then by server
/// </code>
/// </remarks>
public sealed class HashRing : KeyPlacement
{
    private const int PositionBits = 32;

    private readonly RingPoint[] _points;
    private readonly int[] _starts;
    private readonly int _cellShift;
    private readonly KeyHash _hash;
    private readonly RingSearch _search;

    /// <summary>Makes a ring.</summary>
    /// <param name="options">The options.</param>
    /// <param name="servers">The servers, checked.</param>
    /// <param name="points">The points, in any order; sorted in place.</param>
    /// <param name="hash">How keys are hashed.</param>
    /// <param name="search">Which point answers.</param>
    internal HashRing(
        PlacementOptions options, ServerEndpoint[] servers, RingPoint[] points, KeyHash hash, RingSearch search)
        : base(options, servers)
    {
        Array.Sort(points, static (a, b) =>
            a.Position != b.Position ? a.Position.CompareTo(b.Position) : a.Server.CompareTo(b.Server));
        _points = points;
        _hash = hash;
        _search = search;
        int cellBits = Math.Max(1, BitOperations.Log2((uint)points.Length) + 1);
        _cellShift = PositionBits - cellBits;
        _starts = Starts(points, 1 << cellBits, _cellShift);
    }

    /// <summary>The points, sorted by position, those of one position by server.</summary>
    public ReadOnlySpan<RingPoint> Points => _points;

    private protected override int Locate(ReadOnlySpan<byte> part) =>
        _points[Search(KeyHashes.Compute(_hash, part))].Server;

    private protected override int LocateNext(ReadOnlySpan<byte> part, ReadOnlySpan<ulong> excluded)
    {
        int index = Search(KeyHashes.Compute(_hash, part));
        int step = _search == RingSearch.Down ? _points.Length - 1 : 1;
        for (int i = 0; i < _points.Length; i++)
        {
            int server = _points[index].Server;
            if (!ServerBits.Contains(excluded, server))
                return server;
            index = (index + step) % _points.Length;
        }
        return -1;
    }

    private int Search(uint hash)
    {
        if (_search == RingSearch.Down)
        {
            int above = hash == uint.MaxValue ? _points.Length : AtOrAbove(hash + 1);
            return above == 0 ? _points.Length - 1 : above - 1;
        }
        int index = AtOrAbove(hash);
        if (index == _points.Length)
            return 0;
        return index == 0 && _search == RingSearch.UpOrLast && _points[0].Position != hash ? _points.Length - 1 : index;
    }

    private int AtOrAbove(uint hash)
    {
        uint cell = hash >> _cellShift;
        int low = _starts[cell];
        int high = _starts[cell + 1];
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_points[middle].Position < hash)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static int[] Starts(RingPoint[] points, int cells, int cellShift)
    {
        int[] starts = new int[cells + 1];
        int index = 0;
        for (int cell = 0; cell <= cells; cell++)
        {
            while (index < points.Length && points[index].Position >> cellShift < (uint)cell)
                index++;
            starts[cell] = index;
        }
        return starts;
    }
}
