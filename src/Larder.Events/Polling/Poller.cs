using Larder.Events.Native;

namespace Larder.Events.Polling;

/// <summary>
/// An epoll instance. Adding, arming and waiting may be done by different threads at once: the kernel's queue is the
/// lock. A closed descriptor leaves it by itself.
/// </summary>
/// <remarks>
/// Threads that wait on one poller are woken one for each event and last come first served (the kernel adds exclusive
/// waiters at the head of its list), so hot threads stay hot.
/// </remarks>
public sealed unsafe class Poller : IDisposable
{
    private int _fd; // owner: immutable until disposed

    /// <summary>Opens an epoll instance; throws when the process has no descriptor left for it.</summary>
    public Poller()
    {
        SysResult result = SysResult.Of(Libc.epoll_create1(Libc.EPOLL_CLOEXEC));
        if (result.IsError)
        {
            throw new InvalidOperationException($"epoll_create1 failed: {result}");
        }
        _fd = result.Int;
    }

    /// <summary>Watches a descriptor from now on; <paramref name="key"/> comes back in its events.</summary>
    public SysResult Add(int fd, ulong key, Interest interest, PollMode mode)
        => Control(Libc.EPOLL_CTL_ADD, fd, key, interest, mode);

    /// <summary>Changes what is watched for, or arms a one-shot descriptor again.</summary>
    public SysResult Modify(int fd, ulong key, Interest interest, PollMode mode)
        => Control(Libc.EPOLL_CTL_MOD, fd, key, interest, mode);

    /// <summary>Stops watching a descriptor that stays open.</summary>
    public SysResult Remove(int fd) => Control(Libc.EPOLL_CTL_DEL, fd, 0, Interest.None, PollMode.Level);

    /// <summary>
    /// Waits for events. <paramref name="timeoutNs"/>: 0 does not block, negative blocks without a bound; above 0 it
    /// is rounded up to milliseconds unless it is below one, where epoll_pwait2 is asked for it exactly.
    /// </summary>
    /// <returns>The number of events; 0 also when a signal came first. An error only for a closed poller.</returns>
    public SysResult Wait(PollBatch batch, long timeoutNs)
    {
        SysResult result = timeoutNs is > 0 and < NanosecondsPerMillisecond * FineWaitsBelowMs
            ? WaitFine(batch, timeoutNs)
            : WaitMilliseconds(batch, timeoutNs);
        if (result.IsError && result.Errno == Errno.Interrupted)
        {
            result = SysResult.Ok(0);
        }
        batch.SetCount(result.IsError ? 0 : result.Int);
        return result;
    }

    /// <summary>Closes it, once; nobody may wait on it any more.</summary>
    public void Dispose()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
        {
            SysResult.Of(Libc.close(fd));
        }
    }

    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>
    /// Waits shorter than this go through epoll_pwait2: rounding to 1 ms would be off by 5 % and more.
    /// </summary>
    private const long FineWaitsBelowMs = 20;

    private SysResult WaitMilliseconds(PollBatch batch, long timeoutNs)
    {
        long ms = timeoutNs <= 0 ? timeoutNs : (timeoutNs + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond;
        int timeout = ms < 0 ? -1 : (int)Math.Min(ms, int.MaxValue);
        return SysResult.Of(Libc.epoll_wait(_fd, batch.Pointer, batch.Capacity, timeout));
    }

    private SysResult WaitFine(PollBatch batch, long timeoutNs)
    {
        TimeSpec timeout = TimeSpec.FromNanoseconds(timeoutNs);
        return SysResult.Of(Libc.epoll_pwait2(_fd, batch.Pointer, batch.Capacity, &timeout, null));
    }

    private SysResult Control(int operation, int fd, ulong key, Interest interest, PollMode mode)
    {
        byte* ev = stackalloc byte[EpollEvent.SizeMax];
        uint events = mode switch
        {
            PollMode.Edge => EpollEvent.EdgeTriggered | EpollEvent.ReadHangUp,
            PollMode.SharedLevel => EpollEvent.Exclusive,
            PollMode.SharedEdge => EpollEvent.Exclusive | EpollEvent.EdgeTriggered,
            PollMode.OneShot => EpollEvent.OneShot,
            PollMode.OneShotEdge => EpollEvent.OneShot | EpollEvent.EdgeTriggered,
            _ => 0,
        };
        if ((interest & Interest.Read) != 0)
        {
            // EPOLLRDHUP is for streams, and refused beside EPOLLEXCLUSIVE.
            bool isShared = mode is PollMode.SharedLevel or PollMode.SharedEdge;
            events |= EpollEvent.In | (isShared ? 0 : EpollEvent.ReadHangUp);
        }
        if ((interest & Interest.Write) != 0)
        {
            events |= EpollEvent.Out;
        }
        EpollEvent.Write(ev, events, key);
        return SysResult.Of(Libc.epoll_ctl(_fd, operation, fd, ev));
    }
}
