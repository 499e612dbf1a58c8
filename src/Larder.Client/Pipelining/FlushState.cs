namespace Larder.Client.Pipelining;

/// <summary>Who sends what a connection has to send.</summary>
internal enum FlushState : byte
{
    /// <summary>Nobody: nothing is there.</summary>
    None,
    /// <summary>The connection as a work item, in its turn, or a caller who comes before it.</summary>
    Queued,
    /// <summary>Somebody, now. It is his alone until he leaves.</summary>
    Running,
}
