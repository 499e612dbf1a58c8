using Larder.Events.Driving;
using Larder.Events.Files;
using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// A connection's socket: the descriptor, how bytes pass it, and the gate that keeps other threads away from a
/// descriptor that was closed. A mutable struct: a field, never copied.
/// </summary>
internal unsafe struct SocketHandle
{
    private readonly Transport _transport; // owner: immutable once attached
    private DescriptorGate _gate;

    public SocketHandle(int fd, Transport transport)
    {
        Descriptor = fd;
        _transport = transport;
    }

    public int Descriptor { get; }

    public readonly bool IsClosed => _gate.IsClosed;

    /// <summary>How bytes pass it: for what it says beside its results. The stepping thread.</summary>
    public readonly Transport Transport => _transport;

    /// <summary>Receives; a call that a signal interrupted is made again. The stepping thread.</summary>
    public readonly SysResult Receive(IoVector* vectors, int count, DriverCounters counters)
    {
        SysResult result;
        do
        {
            counters.Receives++;
            result = _transport.Receive(Descriptor, vectors, count);
        }
        while (result.IsError && result.Errno == Errno.Interrupted);
        if (!result.IsError)
        {
            counters.BytesRead += result.Value;
        }
        return result;
    }

    /// <summary>Sends what the socket takes of the queue, ahead of more or for good. The stepping thread.</summary>
    public readonly SysResult Flush(Buffers.WriteQueue queue, DriverCounters counters, bool isAhead)
        => queue.Flush(_transport, Descriptor, counters, isAhead);

    /// <summary>Sends bytes of a file; a call that a signal interrupted is made again. The stepping thread.</summary>
    public readonly SysResult SendFile(OpenedFile file, long offset, nint count, DriverCounters counters)
    {
        SysResult result;
        do
        {
            counters.Sends++;
            result = _transport.SendFile(Descriptor, file, offset, count);
        }
        while (result.IsError && result.Errno == Errno.Interrupted);
        if (!result.IsError)
        {
            counters.BytesWritten += result.Value;
        }
        return result;
    }

    /// <summary>shutdown(2), unless it is closed; any thread.</summary>
    public void Shutdown(int how)
    {
        if (_gate.TryEnter())
        {
            SysResult.Of(Libc.shutdown(Descriptor, how)); // ENOTCONN: the peer was faster
            _gate.Leave(Descriptor);
        }
    }

    /// <summary>Asks something about the descriptor; "" when it is closed. Any thread.</summary>
    public string Ask(Func<int, string> question)
    {
        if (!_gate.TryEnter())
        {
            return "";
        }
        string answer = question(Descriptor);
        _gate.Leave(Descriptor);
        return answer;
    }

    /// <summary>Keeps the descriptor open until <see cref="Leave"/>; false when it is closed. Any thread.</summary>
    public bool TryEnter() => _gate.TryEnter();

    public void Leave() => _gate.Leave(Descriptor);

    /// <summary>Closes it, now or when the last thread leaves. True for the one call that did it.</summary>
    public bool Close() => _gate.Close(Descriptor);
}
