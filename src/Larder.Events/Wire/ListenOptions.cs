namespace Larder.Events.Wire;

/// <summary>How to listen.</summary>
public sealed class ListenOptions
{
    /// <summary>
    /// Connections that the kernel holds until they are accepted; it caps this at net.core.somaxconn.
    /// </summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>Permission bits of a UNIX socket's file.</summary>
    public int UnixMode { get; init; } = 0x1C0; // 0700

    /// <summary>Threads that accept on this listener; the kernel wakes one of them for each connection.</summary>
    public int AcceptThreads { get; init; } = 1;
}
