namespace Larder.Bench;

/// <summary>
/// A 64-bit random generator with one word of state: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", OOPSLA 2014). Cheap enough to be called once for a request, and the same on every machine.
/// </summary>
/// <remarks>A mutable struct: keep it in a field, never in a readonly one. owner: one load thread.</remarks>
internal struct RandomSource
{
    private ulong _state;

    public RandomSource(ulong seed) => _state = seed;

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The generator's output function, a bijection of 64-bit words: also a hash of small numbers.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
