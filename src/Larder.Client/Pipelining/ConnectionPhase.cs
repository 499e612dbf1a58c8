namespace Larder.Client.Pipelining;

/// <summary>Where in its life a connection is.</summary>
internal enum ConnectionPhase : byte
{
    /// <summary>Connecting, and logging in.</summary>
    Opening,
    /// <summary>Requests are sent.</summary>
    Open,
    /// <summary>It has ended, or is about to.</summary>
    Broken,
}
