namespace Larder.Bench;

/// <summary>The protocol that the generator speaks.</summary>
internal enum WireProtocol
{
    /// <summary>get, set.</summary>
    Classic,

    /// <summary>mg, ms.</summary>
    Meta,

    /// <summary>The frames of the binary protocol.</summary>
    Binary,

    /// <summary>GET and PUT of an object store.</summary>
    Http,
}
