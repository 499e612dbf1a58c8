using System.Diagnostics;
using Larder.Cache.Store;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// The keys with the most weight of a stream, in fixed memory: Space-Saving (Metwally, Agrawal, El Abbadi, ICDT 2005).
/// A key that is not held takes the place of the lightest one and its weight on top of that one's, so that a key with
/// more than 1/128 of all weight is always held. Not for several threads.
/// </summary>
internal sealed class HotKeySketch
{
    /// <summary>Keys that are held: six times what is shown, which the light ones are taken from.</summary>
    public const int KeysMax = 128;

    private readonly ulong[] _hashes = new ulong[KeysMax];
    private readonly long[] _weights = new long[KeysMax];
    private readonly byte[] _keyLengths = new byte[KeysMax];
    private readonly byte[] _keys = new byte[KeysMax * ItemStore.KeyLengthMax];

    /// <summary>All weight that was added, as much of it as is not forgotten.</summary>
    public long Total { get; private set; }

    /// <summary>Adds to a key's weight.</summary>
    /// <param name="key">1 to 250 bytes; copied when it was not held.</param>
    /// <param name="hash">Its hash, which stands for it.</param>
    /// <param name="weight">More than 0.</param>
    public void Add(ReadOnlySpan<byte> key, ulong hash, long weight)
    {
        Debug.Assert(weight > 0, "what weighs nothing is not added");
        Total += weight;
        int at = _hashes.AsSpan().IndexOf(hash);
        bool isHeld = at >= 0 && _weights[at] > 0;
        if (at < 0) at = Lightest();
        if (!isHeld)
        {
            _hashes[at] = hash;
            _keyLengths[at] = (byte)key.Length;
            key.CopyTo(_keys.AsSpan(at * ItemStore.KeyLengthMax));
        }
        _weights[at] += weight;
    }

    /// <summary>All weights are halved, so that the past fades.</summary>
    public void Halve()
    {
        Total /= 2;
        foreach (ref long weight in _weights.AsSpan()) weight /= 2;
    }

    /// <summary>Adds the keys and their weights to a table.</summary>
    public void AddTo(Dictionary<byte[], long> weights)
    {
        for (int at = 0; at < KeysMax; at++)
        {
            if (_weights[at] == 0) continue;
            byte[] key = _keys.AsSpan(at * ItemStore.KeyLengthMax, _keyLengths[at]).ToArray();
            weights[key] = weights.GetValueOrDefault(key) + _weights[at];
        }
    }

    private int Lightest()
    {
        int lightest = 0;
        for (int at = 1; at < KeysMax; at++)
        {
            if (_weights[at] < _weights[lightest]) lightest = at;
        }
        return lightest;
    }
}
