namespace Larder.Bench;

/// <summary>Draws key numbers 0..count-1 after a <see cref="KeyDistribution"/>. owner: one load thread.</summary>
/// <remarks>
/// Zipf is drawn by rejection-inversion (W. Hörmann, G. Derflinger: "Rejection-inversion to generate variates from
/// monotone discrete distributions", ACM TOMACS 6, 1996): no table, one power for most draws, exact for any exponent.
/// The wanted ranks are scattered over the key numbers, so that hot keys were not also stored side by side.
/// </remarks>
internal sealed class KeyChooser
{
    /// <summary>A prime above every key count: rank * ScatterPrime mod count visits each number once.</summary>
    private const ulong ScatterPrime = 2_654_435_761;

    private readonly uint _count;
    private readonly double _exponent;
    private readonly double _areaOfFirst;
    private readonly double _areaOfAll;
    private readonly double _acceptWithin;

    /// <param name="count">Number of keys, 1 to 2^31-1.</param>
    /// <param name="distribution">How they are drawn.</param>
    public KeyChooser(uint count, KeyDistribution distribution)
    {
        _count = count;
        _exponent = distribution.Exponent;
        if (_exponent == 0)
            return;
        _areaOfFirst = Area(1.5) - 1;
        _areaOfAll = Area(count + 0.5);
        _acceptWithin = 2 - InverseArea(Area(2.5) - Math.Pow(2, -_exponent));
    }

    /// <summary>The next key number.</summary>
    public uint Next(ref RandomSource random)
    {
        if (_exponent == 0)
            return (uint)(((random.Next() >> 32) * _count) >> 32);
        return (uint)((NextRank(ref random) - 1) * ScatterPrime % _count);
    }

    /// <summary>A rank 1..count, 1 the most wanted.</summary>
    private ulong NextRank(ref RandomSource random)
    {
        while (true)
        {
            double area = _areaOfAll + (random.NextUnit() * (_areaOfFirst - _areaOfAll));
            double x = InverseArea(area);
            double rank = Math.Clamp(Math.Floor(x + 0.5), 1, _count);
            if (rank - x <= _acceptWithin || area >= Area(rank + 0.5) - Math.Pow(rank, -_exponent))
                return (ulong)rank;
        }
    }

    /// <summary>Integral of x^-exponent; at exponent 1 the limit of (x^(1-e) - 1) / (1-e), the logarithm.</summary>
    private double Area(double x)
    {
        double e = 1 - _exponent;
        return e == 0 ? Math.Log(x) : (Math.Pow(x, e) - 1) / e;
    }

    private double InverseArea(double area)
    {
        double e = 1 - _exponent;
        return e == 0 ? Math.Exp(area) : Math.Pow(1 + (area * e), 1 / e);
    }
}
