namespace Larder.Bench;

/// <summary>What the generator sends.</summary>
internal enum RequestKind
{
    /// <summary>One key's value.</summary>
    Get,

    /// <summary>The values of several keys.</summary>
    Multiget,

    /// <summary>Store a value.</summary>
    Set,
}
