namespace Larder.Protocol.Placement;

/// <summary>What a kind of placement makes of weights.</summary>
internal enum WeightRule
{
    /// <summary>It has none: other weights than 1 are a mistake of whoever gives them.</summary>
    Refused,

    /// <summary>The program accepts them and does as if they were not there.</summary>
    Ignored,

    /// <summary>They count.</summary>
    Used,
}
