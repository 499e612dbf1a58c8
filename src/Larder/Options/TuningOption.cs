using System.Globalization;

namespace Larder.Options;

/// <summary>
/// An option of -o that tunes memcached's allocator, LRU or logging threads. There is nothing here that it could
/// tune: its value is checked as memcached checks it, and reported again by <c>stats settings</c>. The few that do
/// mean something here (<see cref="Meaning"/>) look there, too.
/// </summary>
internal sealed record TuningOption(string Name, TuningKind Kind)
{
    /// <summary>The name in <c>stats settings</c>; null if it is not reported.</summary>
    public string? Echo { get; init; }

    /// <summary>What it does here, for the help; null: nothing, which is noted.</summary>
    public string? Meaning { get; init; }

    /// <summary>What a switch reports, or a number that is not given.</summary>
    public string? Preset { get; init; }

    /// <summary>The words for a missing value; null if none is needed.</summary>
    public string? Missing { get; init; }

    /// <summary>The words for a value that is no number, or out of its range.</summary>
    public string? Bad { get; init; }

    public double Min { get; init; } = double.NegativeInfinity;

    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="Min"/> and <see cref="Max"/> are themselves out of the range.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The values that a text may have; empty for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What a number counts, in the units that <c>stats settings</c> reports.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>Checks a value.</summary>
    /// <param name="value">What stands behind <c>=</c>, or null.</param>
    /// <param name="echo">The value for <c>stats settings</c>, or null if there is nothing to report.</param>
    /// <returns>Null, or what is wrong.</returns>
    public string? Read(string? value, out string? echo)
    {
        echo = Preset;
        if (Kind == TuningKind.Switch) return null;
        if (value is null) return Missing;
        echo = value;
        if (Kind == TuningKind.Text) return Choices.Count == 0 || Choices.Contains(value) ? null : Bad;
        return Kind == TuningKind.Fraction ? ReadFraction(value, out echo) : ReadWhole(value, out echo);
    }

    private string? ReadFraction(string value, out string? echo)
    {
        bool isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        echo = number.ToString("F2", CultureInfo.InvariantCulture);
        return isNumber && IsInRange(number) ? null : Bad;
    }

    private string? ReadWhole(string value, out string? echo)
    {
        LeadingNumber number = LeadingNumber.Read(value);
        echo = ((Int128)number.Value * Scale).ToString(CultureInfo.InvariantCulture);
        bool isStrict = number.IsWhole && number.Value is >= 0 and <= uint.MaxValue;
        return IsInRange(number.Value) && (Kind == TuningKind.LooseNumber || isStrict) ? null : Bad;
    }

    private bool IsInRange(double number) =>
        IsOpen ? number > Min && number < Max : number >= Min && number <= Max;
}
