namespace Larder.Bench;

/// <summary>
/// The values of a run: key n's value is a piece of one block of printable bytes, and n decides which piece and how
/// long. So a set copies without computing, a reply can be verified without remembering what was stored, and two
/// generators agree on every value.
/// </summary>
/// <remarks>The block does not depend on --seed: later runs can verify what earlier ones stored. Immutable.</remarks>
internal sealed class ValuePattern
{
    /// <summary>Number of different places where a value can begin.</summary>
    private const int Places = 64 * 1024;

    private readonly byte[] _block;
    private readonly int _lengthMin;
    private readonly uint _lengthRange;

    /// <param name="lengths">Bytes of the values.</param>
    public ValuePattern(ByteRange lengths)
    {
        _lengthMin = lengths.Min;
        _lengthRange = (uint)(lengths.Max - lengths.Min) + 1;
        _block = GC.AllocateUninitializedArray<byte>(Places + lengths.Max, pinned: true);
        var random = new RandomSource(seed: 1);
        for (int i = 0; i < _block.Length; i++)
            _block[i] = (byte)('!' + (int)((random.Next() >> 32) % 94));
    }

    /// <summary>Whether all values have one length.</summary>
    public bool IsFixedLength => _lengthRange == 1;

    /// <summary>Bytes of the longest value.</summary>
    public int LengthMax => _lengthMin + (int)_lengthRange - 1;

    /// <summary>The value of the key of that number.</summary>
    public ReadOnlySpan<byte> Of(uint number)
    {
        ulong hash = RandomSource.Mix(number + 1UL);
        int length = _lengthMin + (int)(((hash >> 32) * _lengthRange) >> 32);
        return _block.AsSpan((int)(hash & (Places - 1)), length);
    }
}
