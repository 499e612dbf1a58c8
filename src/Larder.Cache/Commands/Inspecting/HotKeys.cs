using Larder.Cache.Store;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// Which keys one thread's requests ask for most, by number and by bytes of values: of one in 64 turns of a connection,
/// chosen by chance, all requests are noted. Weights are halved every minute, so that they tell of the last minutes.
/// </summary>
/// <remarks>Written by the thread, read by any; the gate is taken for what is noted, and for reading.</remarks>
/// <param name="isEnabled">Whether anything is ever noted.</param>
internal sealed class HotKeys(bool isEnabled)
{
    /// <summary>One turn of so many is noted.</summary>
    public const int SampledOf = 64;

    /// <summary>Seconds after which weights are halved.</summary>
    private const uint HalfLifeSeconds = 60;

    /// <summary>Halvings after which nothing is left of any weight.</summary>
    private const uint HalvingsMax = 63;

    private readonly HotKeySketch _byRequests = new();  // owner: _gate
    private readonly HotKeySketch _byBytes = new();     // owner: _gate
    private int _gate;
    private uint _halvedAt;                             // owner: _gate; in half lives of the clock
    private int _left;                                  // owner: the thread; turns until the next one that is noted
    private uint _random = 2463534242;                  // owner: the thread; xorshift (Marsaglia 2003), never 0

    /// <summary>A turn begins: whether its requests are to be noted.</summary>
    public bool BeginTurn()
    {
        if (--_left >= 0) return false;
        if (!isEnabled)
        {
            _left = int.MaxValue;
            return false;
        }
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        // 0 to 126 turns in between, 63 in the middle: no rhythm of a client's falls in with it.
        _left = (int)(_random % (2 * SampledOf - 1));
        return true;
    }

    /// <summary>Notes a request.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="hash">The store's hash of it.</param>
    /// <param name="now">Second of the clock.</param>
    public void NoteRequest(ReadOnlySpan<byte> key, ulong hash, uint now) => Add(_byRequests, key, hash, 1, now);

    /// <summary>Notes a value that was read or written.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="hash">The store's hash of it.</param>
    /// <param name="bytes">Its length; 0 weighs nothing.</param>
    /// <param name="now">Second of the clock.</param>
    public void NoteBytes(ReadOnlySpan<byte> key, ulong hash, long bytes, uint now)
    {
        if (bytes > 0) Add(_byBytes, key, hash, bytes, now);
    }

    /// <summary>Adds what is known now to the tables. Any thread.</summary>
    /// <returns>The sums of all weights, by requests and by bytes.</returns>
    public (long Requests, long Bytes) AddTo(
        Dictionary<byte[], long> requests, Dictionary<byte[], long> bytes, uint now)
    {
        SpinGate.Enter(ref _gate);
        Fade(now);
        _byRequests.AddTo(requests);
        _byBytes.AddTo(bytes);
        (long, long) totals = (_byRequests.Total, _byBytes.Total);
        SpinGate.Exit(ref _gate);
        return totals;
    }

    private void Add(HotKeySketch sketch, ReadOnlySpan<byte> key, ulong hash, long weight, uint now)
    {
        SpinGate.Enter(ref _gate);
        Fade(now);
        sketch.Add(key, hash, weight);
        SpinGate.Exit(ref _gate);
    }

    private void Fade(uint now)
    {
        uint halfLives = now / HalfLifeSeconds;
        uint due = Math.Min(halfLives - _halvedAt, HalvingsMax);
        _halvedAt = halfLives;
        for (; due > 0; due--)
        {
            _byRequests.Halve();
            _byBytes.Halve();
        }
    }
}
