namespace Larder.Options;

/// <summary>How the value of a tuning option is read.</summary>
internal enum TuningKind
{
    /// <summary>No value; one that stands there is ignored.</summary>
    Switch,

    /// <summary>A whole number as atoi(3) reads it: what is no number is 0.</summary>
    LooseNumber,

    /// <summary>A whole number of 32 bits and nothing behind it.</summary>
    StrictNumber,

    /// <summary>A number with a fraction.</summary>
    Fraction,

    /// <summary>Any text.</summary>
    Text,
}
