using System.Text;
using Larder.Protocol.Placement.Hashing;

namespace Larder.Protocol.Placement;

/// <summary>
/// Rendezvous hashing (Thaler and Ravishankar, 1998): each server has a score for each key, and the highest wins. With
/// weights w the score is w / -ln u, where u is uniform in 0..1: the chances are as the weights.
/// </summary>
internal sealed class RendezvousScores
{
    private readonly ulong[] _seeds;
    private readonly double[]? _weights; // null when all are the same

    /// <summary>Prepares the scores of servers.</summary>
    /// <param name="names">Their names, all different.</param>
    /// <param name="servers">Their weights.</param>
    public RendezvousScores(string[] names, ServerEndpoint[] servers)
    {
        _seeds = [.. names.Select(static name => XxHash3.Compute(Encoding.UTF8.GetBytes(name)))];
        if (Array.Exists(servers, server => server.Weight != servers[0].Weight))
            _weights = [.. servers.Select(static server => (double)server.Weight)];
    }

    /// <summary>The server with the highest score among all.</summary>
    /// <param name="hash">64 bits of the key.</param>
    /// <returns>The server.</returns>
    public int Best(ulong hash)
    {
        if (_weights is not null)
            return BestWeighted(hash, []);
        ulong[] seeds = _seeds;
        int best = 0;
        ulong bestScore = Mix(hash ^ seeds[0]);
        for (int i = 1; i < seeds.Length; i++)
        {
            ulong score = Mix(hash ^ seeds[i]);
            if (score > bestScore) (best, bestScore) = (i, score);
        }
        return best;
    }

    /// <summary>The server with the highest score among those that are not excluded.</summary>
    /// <param name="hash">64 bits of the key.</param>
    /// <param name="excluded">The servers to pass over.</param>
    /// <returns>The server, or -1 if all are excluded.</returns>
    public int Best(ulong hash, ReadOnlySpan<ulong> excluded)
    {
        if (_weights is not null)
            return BestWeighted(hash, excluded);
        int best = -1;
        ulong bestScore = 0;
        for (int i = 0; i < _seeds.Length; i++)
        {
            ulong score = Mix(hash ^ _seeds[i]);
            if ((score > bestScore || best < 0) && !ServerBits.Contains(excluded, i)) (best, bestScore) = (i, score);
        }
        return best;
    }

    private int BestWeighted(ulong hash, ReadOnlySpan<ulong> excluded)
    {
        int best = -1;
        double bestScore = 0;
        for (int i = 0; i < _seeds.Length; i++)
        {
            double score = _weights![i] / -Math.Log(Fraction(Mix(hash ^ _seeds[i])));
            if ((score > bestScore || best < 0) && !ServerBits.Contains(excluded, i)) (best, bestScore) = (i, score);
        }
        return best;
    }

    // 53 bits and a half: never 0, never 1.
    private static double Fraction(ulong score) => ((score >> 11) + 0.5) / (1UL << 53);

    // The finalizer of MurmurHash3 (Appleby): a bijection, so different seeds never have the same score.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
        return value ^ (value >> 33);
    }
}
