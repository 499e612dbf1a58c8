namespace Larder.Bench;

/// <summary>Which values are compared with what the key's value must be.</summary>
internal enum VerifyMode
{
    /// <summary>None: only that there is a value counts.</summary>
    None,

    /// <summary>One request in 64.</summary>
    Sample,

    /// <summary>Every value.</summary>
    All,
}
