using Larder.Events.Driving;

namespace Larder.Events.Wire;

/// <summary>
/// When a connection last did something, published by its own thread for the timer, which under the queue runs on any
/// worker. A mutable struct: a field, never copied.
/// </summary>
internal struct Activity
{
    // owner: the stepping thread; read by the timer's thread and by statistics
    private long _lastActiveMs;
    private long _lastSentMs;
    private long _lingerUntilMs;
    private long _handshakeUntilMs;
    private long _admissionUntilMs;
    private long _paceUntilMs;
    private volatile bool _outputPending;
    private volatile bool _mayIdle;

    /// <param name="nowMs">Monotonic milliseconds.</param>
    /// <param name="handshakeTimeoutMs">Time to agree upon TLS; 0 = any.</param>
    /// <param name="admissionTimeoutMs">Time to be admitted; 0 = any.</param>
    public Activity(long nowMs, int handshakeTimeoutMs, int admissionTimeoutMs)
    {
        _lastActiveMs = nowMs;
        _lastSentMs = nowMs;
        _handshakeUntilMs = handshakeTimeoutMs > 0 ? nowMs + handshakeTimeoutMs : 0;
        _admissionUntilMs = admissionTimeoutMs > 0 ? nowMs + admissionTimeoutMs : 0;
    }

    public long LastActiveMs
    {
        readonly get => Volatile.Read(in _lastActiveMs);
        set => Volatile.Write(ref _lastActiveMs, value);
    }

    public readonly bool HasPendingOutput => _outputPending;

    public readonly bool Lingers => Volatile.Read(in _lingerUntilMs) != 0;

    /// <summary>TLS is not agreed upon yet, and must be in time.</summary>
    public readonly bool AwaitsHandshake => Volatile.Read(in _handshakeUntilMs) != 0;

    /// <summary>The protocol has not admitted the peer yet, and must in time.</summary>
    public readonly bool AwaitsAdmission => Volatile.Read(in _admissionUntilMs) != 0;

    /// <summary>The protocol waits for the peer to go on, and no longer than it has said.</summary>
    public readonly bool AwaitsPace => Volatile.Read(in _paceUntilMs) != 0;

    public void PaceUntil(long dueMs) => Volatile.Write(ref _paceUntilMs, dueMs);

    public void AllowIdling(bool mayIdle) => _mayIdle = mayIdle;

    public void HandshakeDone() => Volatile.Write(ref _handshakeUntilMs, 0);

    public void Admitted() => Volatile.Write(ref _admissionUntilMs, 0);

    public void Sent(long nowMs) => Volatile.Write(ref _lastSentMs, nowMs);

    public void LingerUntil(long dueMs) => Volatile.Write(ref _lingerUntilMs, dueMs);

    /// <summary>
    /// Notes whether the peer is to take something. The queue gives the next turn by EPOLLOUT: a peer that takes
    /// nothing out of a full socket gets none, although no output is queued here, and is a stuck receiver all the same.
    /// A turn that was had counts as progress.
    /// </summary>
    public void PublishOutput(bool queued, bool wantsTurn, long nowMs)
    {
        bool pending = queued || wantsTurn;
        if (pending != _outputPending || (wantsTurn && !queued))
        {
            Volatile.Write(ref _lastSentMs, nowMs);
            _outputPending = pending;
        }
    }

    /// <summary>The next time at which something about this connection is due; long.MaxValue = never.</summary>
    public readonly long DueMs(DriverOptions options, bool isParked, out CloseReason reason)
    {
        long dueMs = long.MaxValue;
        reason = CloseReason.None;
        if (_outputPending)
        {
            dueMs = Volatile.Read(in _lastSentMs) + options.StuckReceiverTimeoutMs;
            reason = CloseReason.StuckReceiver;
        }
        long lingerUntilMs = Volatile.Read(in _lingerUntilMs);
        if (lingerUntilMs != 0 && lingerUntilMs < dueMs)
        {
            dueMs = lingerUntilMs;
            reason = CloseReason.Protocol;
        }
        long handshakeUntilMs = Volatile.Read(in _handshakeUntilMs);
        if (handshakeUntilMs != 0 && handshakeUntilMs < dueMs)
        {
            dueMs = handshakeUntilMs;
            reason = CloseReason.HandshakeTimeout;
        }
        long admissionUntilMs = Volatile.Read(in _admissionUntilMs);
        if (admissionUntilMs != 0 && admissionUntilMs < dueMs)
        {
            dueMs = admissionUntilMs;
            reason = CloseReason.AdmissionTimeout;
        }
        long paceUntilMs = Volatile.Read(in _paceUntilMs);
        if (paceUntilMs != 0 && !isParked && paceUntilMs < dueMs)
        {
            dueMs = paceUntilMs;
            reason = CloseReason.TooSlow;
        }
        if (options.IdleTimeoutMs > 0 && !isParked && !_mayIdle && LastActiveMs + options.IdleTimeoutMs < dueMs)
        {
            dueMs = LastActiveMs + options.IdleTimeoutMs;
            reason = CloseReason.IdleTimeout;
        }
        return dueMs;
    }
}
