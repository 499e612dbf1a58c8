namespace Larder.Bench;

/// <summary>
/// How a closed-loop connection refills its pipeline. Servers that yield after so many requests answer the two
/// differently, so a comparison names its style.
/// </summary>
internal enum PipelineStyle
{
    /// <summary>Depth requests at once, then all of their replies, then the next burst.</summary>
    Burst,

    /// <summary>A new request for every reply, so that depth requests are always under way.</summary>
    Window,
}
