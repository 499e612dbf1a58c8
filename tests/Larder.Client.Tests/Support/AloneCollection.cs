namespace Larder.Client.Tests.Support;

/// <summary>Tests that count what the whole process does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
