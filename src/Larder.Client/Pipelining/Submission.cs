namespace Larder.Client.Pipelining;

/// <summary>What became of an operation that was handed over.</summary>
internal enum Submission : byte
{
    /// <summary>It waits for its reply.</summary>
    Taken,
    /// <summary>The connection is broken, or there is none and it is too early to try again.</summary>
    Broken,
    /// <summary>Too many wait already.</summary>
    Full,
}
