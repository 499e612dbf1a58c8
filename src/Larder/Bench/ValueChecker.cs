namespace Larder.Bench;

/// <summary>Compares values with what their keys' values must be. owner: one connection.</summary>
internal sealed class ValueChecker
{
    /// <summary>One value in so many is a sample: finds a systematic fault within milliseconds.</summary>
    private const int SampleInterval = 64;

    private readonly KeySpace _keys;
    private readonly ValuePattern _values;
    private readonly int _interval;
    private int _skipped;
    private int _place;

    public ValueChecker(LoadPlan plan)
    {
        _keys = plan.Keys;
        _values = plan.Values;
        _interval = plan.Options.Verify == VerifyMode.All ? 1 : SampleInterval;
    }

    /// <summary>Whether the value at hand is one to check.</summary>
    public bool IsDue()
    {
        if (++_skipped < _interval)
            return false;
        _skipped = 0;
        return true;
    }

    /// <summary>Whether the answer to a get of one key is right.</summary>
    /// <param name="number">The key that was asked for.</param>
    /// <param name="key">The key that the answer names; empty when the protocol names none.</param>
    /// <param name="value">The value.</param>
    public bool Check(uint number, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!key.IsEmpty && !(_keys.TryRead(key, out uint named) && named == number))
            return false;
        return value.SequenceEqual(_values.Of(number));
    }

    /// <summary>
    /// Whether a value within the answer to a multiget belongs to one of its keys. Answers come in the order of the
    /// keys, misses left out, so the search goes on from where the last one ended.
    /// </summary>
    public bool Check(ReadOnlySpan<uint> numbers, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!_keys.TryRead(key, out uint named))
            return false;
        for (int i = 0; i < numbers.Length; i++)
        {
            _place = _place + 1 < numbers.Length ? _place + 1 : 0;
            if (numbers[_place] == named)
                return value.SequenceEqual(_values.Of(named));
        }

        return false;
    }
}
