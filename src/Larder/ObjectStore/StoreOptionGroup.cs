namespace Larder.ObjectStore;

/// <summary>The parts of the object store's help.</summary>
internal enum StoreOptionGroup
{
    /// <summary>What cmogstored has, too.</summary>
    Common,

    /// <summary>What is stored, and how safely.</summary>
    Storing,

    /// <summary>What is kept in memory, how many threads, how long.</summary>
    Serving,

    /// <summary>HTTP over TLS.</summary>
    Tls,

    /// <summary>Help and version.</summary>
    Asking,

    /// <summary>Accepted, and not shown.</summary>
    Hidden,
}
