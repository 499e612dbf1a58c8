using Larder.Events.Native;
using Larder.Events.Polling;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// A timerfd in a poller whose waiters share a <see cref="TimerWheel"/>: it wakes one of them for the next tick, and
/// nobody while no timer waits (timerfd_create(2)).
/// </summary>
internal sealed unsafe class TimerDescriptor : IDisposable
{
    /// <summary>The key of its events; no connection has it.</summary>
    public const ulong Key = ulong.MaxValue - 1;

    private readonly Poller _poller;
    private readonly int _fd;
    private DescriptorGate _gate; // not readonly: a mutable struct

    public TimerDescriptor(Poller poller)
    {
        int created = Libc.timerfd_create(Libc.CLOCK_MONOTONIC, Libc.TFD_NONBLOCK | Libc.TFD_CLOEXEC);
        SysResult result = SysResult.Of(created);
        if (result.IsError)
        {
            throw new InvalidOperationException($"timerfd_create failed: {result}");
        }
        _poller = poller;
        _fd = result.Int;
        result = poller.Add(_fd, Key, Interest.Read, PollMode.OneShot);
        if (result.IsError)
        {
            throw new InvalidOperationException($"epoll_ctl of the timerfd failed: {result}");
        }
    }

    /// <summary>Wakes one waiter after <paramref name="delayMs"/> milliseconds; any thread.</summary>
    public void Arm(long delayMs)
    {
        TimeSpec* setting = stackalloc TimeSpec[2]; // interval (none), first expiry
        setting[0] = default;
        setting[1] = TimeSpec.FromNanoseconds(Math.Max(delayMs, 1) * 1_000_000);
        if (_gate.TryEnter())
        {
            SysResult.Of(Libc.timerfd_settime(_fd, 0, setting, null));
            _poller.Modify(_fd, Key, Interest.Read, PollMode.OneShot);
            _gate.Leave(_fd);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Close(_fd);
}
