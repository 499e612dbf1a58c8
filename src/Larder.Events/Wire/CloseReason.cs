namespace Larder.Events.Wire;

/// <summary>Why a connection ended.</summary>
public enum CloseReason
{
    /// <summary>It has not ended.</summary>
    None,
    /// <summary>The peer closed it, or asked for it to be closed.</summary>
    Peer,
    /// <summary>
    /// The protocol's owner closed it (<see cref="InputState.Close"/> or <see cref="InputState.Abort"/>).
    /// </summary>
    Protocol,
    /// <summary>The socket failed.</summary>
    Error,
    /// <summary>Nothing came for longer than the idle timeout.</summary>
    IdleTimeout,
    /// <summary>The peer did not take its replies for longer than the timeout.</summary>
    StuckReceiver,
    /// <summary>TLS was not agreed upon in time.</summary>
    HandshakeTimeout,
    /// <summary>The protocol's owner did not admit it in time (<see cref="DrivenSocket.Admit"/>).</summary>
    AdmissionTimeout,
    /// <summary>
    /// The peer sent, or took, less than the protocol demands in time (<see cref="DrivenSocket.ExpectBy"/>).
    /// </summary>
    TooSlow,
    /// <summary>Its events came back without progress.</summary>
    Runaway,
    /// <summary>A request outgrew the limit of unread input.</summary>
    InputOverflow,
    /// <summary>All half received requests together hold too much memory (<see cref="Buffers.BufferLimit"/>).</summary>
    BufferLimit,
    /// <summary>The server stops, or <see cref="Connection.Shutdown"/> was called.</summary>
    Stopped,
}
