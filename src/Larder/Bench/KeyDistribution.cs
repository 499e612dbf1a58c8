namespace Larder.Bench;

/// <summary>
/// Which keys are asked for: all alike (<see cref="Exponent"/> 0) or after Zipf's law, where the k-th most wanted key
/// is asked for in proportion to 1 / k^exponent.
/// </summary>
/// <param name="Exponent">0 for uniform; else greater than 0, at most 5.</param>
internal readonly record struct KeyDistribution(double Exponent)
{
    /// <summary>Every key equally often.</summary>
    public static KeyDistribution Uniform => new(0);

    public override string ToString() => Exponent == 0 ? "uniform" : FormattableString.Invariant($"zipf:{Exponent}");
}
