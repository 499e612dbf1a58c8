namespace Larder.Events.Wire;

/// <summary>What acceptors hand their connections to; called on their threads, several at once.</summary>
internal interface IAcceptTarget
{
    /// <summary>A client was accepted; the descriptor is non-blocking and belongs to the target from now on.</summary>
    void Accepted(Listener listener, int fd);

    /// <summary>Waits while the server has no room for another connection; false when there is still none.</summary>
    bool WaitForRoom(int timeoutMs);

    /// <summary>Waits until a connection closes, at most <paramref name="timeoutMs"/> milliseconds.</summary>
    void WaitForClose(int timeoutMs);

    /// <summary>Ends such waits at once.</summary>
    void WakeWaitingAcceptors();

    /// <summary>Accepting pauses for lack of descriptors or memory; counted.</summary>
    void AcceptPaused();
}
