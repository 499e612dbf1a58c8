namespace Larder.Events.Wire;

/// <summary>What acceptors hand their connections to; called on their threads, several at once.</summary>
internal interface IAcceptTarget
{
    /// <summary>
    /// A client was accepted; when taken, the non-blocking descriptor belongs to the target. False: there is no room
    /// for it now, and the acceptor keeps it. With <paramref name="isLast"/> it is taken in any case.
    /// </summary>
    bool TryTake(Listener listener, int fd, bool isLast);

    /// <summary>Waits while the server has no room for another connection.</summary>
    void WaitForRoom(Func<bool> isStopped);

    /// <summary>Waits until a connection closes, at most <paramref name="timeoutMs"/> milliseconds.</summary>
    void WaitForClose(int timeoutMs, Func<bool> isStopped);

    /// <summary>Ends such waits at once.</summary>
    void WakeWaitingAcceptors();

    /// <summary>Descriptors or memory are short; called again and again while they are.</summary>
    void MakeRoom();

    /// <summary>Accepting pauses for lack of descriptors or memory; counted.</summary>
    void AcceptPaused();
}
