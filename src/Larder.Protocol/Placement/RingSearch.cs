namespace Larder.Protocol.Placement;

/// <summary>Which point of a ring answers for a hash.</summary>
internal enum RingSearch
{
    /// <summary>The first at or above it, behind the last the first again.</summary>
    Up,

    /// <summary>The same, but what lies below the first point goes to the last (EnyimMemcached issue 100).</summary>
    UpOrLast,

    /// <summary>The last at or below it, in front of the first the last (dalli).</summary>
    Down,
}
