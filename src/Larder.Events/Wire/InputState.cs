namespace Larder.Events.Wire;

/// <summary>What <see cref="Connection.Process"/> did with its input.</summary>
public enum InputState
{
    /// <summary>Every whole request was executed; more bytes are needed.</summary>
    NeedMore,
    /// <summary>The turn's budget is spent or the output is full; call again with what was not consumed.</summary>
    Yield,
    /// <summary>A file is being sent and the socket is full: call again when it takes more.</summary>
    Full,
    /// <summary>The request waits for a disk or a peer: <see cref="Connection.Park"/> was called.</summary>
    Park,
    /// <summary>Send what is queued, then close in a way that lets the peer read all of it.</summary>
    Close,
    /// <summary>Close at once, without sending what is queued.</summary>
    Abort,
}
