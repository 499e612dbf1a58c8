using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Polling;

/// <summary>
/// An eventfd that wakes whoever waits on a poller. Edge-triggered it is never read: each write is an edge of its
/// own, so waking costs the owner no system call beyond the wait (eventfd(2)).
/// </summary>
public sealed unsafe class Waker : IDisposable
{
    /// <summary>The key of its events; no connection has it.</summary>
    public const ulong Key = ulong.MaxValue;

    private readonly int _fd;
    private DescriptorGate _gate; // not readonly: a mutable struct

    /// <summary>Opens the eventfd and registers it; throws when there is no descriptor left.</summary>
    public Waker(Poller poller, PollMode mode)
    {
        SysResult result = SysResult.Of(Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC));
        if (result.IsError)
        {
            throw new InvalidOperationException($"eventfd failed: {result}");
        }
        _fd = result.Int;
        result = poller.Add(_fd, Key, Interest.Read, mode);
        if (result.IsError)
        {
            throw new InvalidOperationException($"epoll_ctl of the eventfd failed: {result}");
        }
    }

    /// <summary>Wakes one waiter; any thread, without effect once it is disposed.</summary>
    public void Wake()
    {
        if (_gate.TryEnter())
        {
            ulong one = 1;
            SysResult.Of(Libc.write(_fd, &one, sizeof(ulong))); // EAGAIN: 2^64 - 2 wake-ups stand in it, enough
            _gate.Leave(_fd);
        }
    }

    /// <summary>Takes the wake-ups back, so that a level-triggered waker is quiet again.</summary>
    public void Reset()
    {
        ulong count;
        SysResult.Of(Libc.read(_fd, &count, sizeof(ulong))); // EAGAIN: somebody else was faster
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Close(_fd);
}
