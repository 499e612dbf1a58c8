using Larder.Cache.Commands;

namespace Larder.Cache.Serving;

/// <summary>A value of the binary protocol that is still coming, and what its answer needs.</summary>
internal sealed class BinaryPendingValue : PendingValue
{
    /// <summary>Of the request.</summary>
    public BinaryEcho Echo { get; init; }
}
