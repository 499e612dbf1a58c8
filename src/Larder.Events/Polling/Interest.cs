namespace Larder.Events.Polling;

/// <summary>What a descriptor is to be watched for.</summary>
[Flags]
public enum Interest
{
    /// <summary>Nothing: only errors and hang-ups are reported, which epoll always does.</summary>
    None = 0,
    /// <summary>Bytes to read, or the peer's end of stream.</summary>
    Read = 1,
    /// <summary>Room to write.</summary>
    Write = 2,
}
