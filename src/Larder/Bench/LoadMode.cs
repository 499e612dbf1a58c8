namespace Larder.Bench;

/// <summary>What load threads send.</summary>
internal enum LoadMode
{
    /// <summary>Every key once, as sets, then nothing.</summary>
    Fill,

    /// <summary>The mix of the options, until told to stop.</summary>
    Mixed,
}
