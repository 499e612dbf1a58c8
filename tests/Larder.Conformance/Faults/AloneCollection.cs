using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>Tests that watch memory, processor time or delays: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
