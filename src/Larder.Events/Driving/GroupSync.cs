using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// Waits for the disk on behalf of many: while one sync of a file system runs, all who come are gathered, and the next
/// sync is for all of them. The cost of a commit is shared by those who wait for it.
/// </summary>
/// <remarks>
/// <code>
///   connections --Wait (parked)--> [ gathering ]  --taken whole--> syncfs --> all go on with its result
/// </code>
/// A sync covers what was written before it began, so only those who came before go on with it. A thread of its own
/// for each file system: a disk that hangs holds that thread and those who wait, nobody else.
/// </remarks>
public sealed class GroupSync : IDisposable
{
    private readonly Func<SysResult> _sync;
    private readonly BackgroundLoop _loop;
    private readonly Lock _lock = new();
    private SyncWaiter? _gathering; // owner: _lock; a stack
    private int _waiting;           // owner: _lock
    private bool _isOver;           // owner: _lock
    private long _syncs;            // owner: interlocked
    private long _served;           // owner: interlocked
    private long _failures;         // owner: interlocked

    /// <summary>Begins to wait for work.</summary>
    /// <param name="name">Of the thread.</param>
    /// <param name="sync">Waits until all that was written before the call is on the disk; may block.</param>
    public GroupSync(string name, Func<SysResult> sync)
    {
        _sync = sync;
        _loop = new BackgroundLoop(name, SyncOnce);
        _loop.Start();
    }

    /// <summary>Syncs since the start.</summary>
    public long Syncs => Interlocked.Read(ref _syncs);

    /// <summary>Connections that have waited for one, since the start.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>
    /// Syncs that failed, since the start. The kernel tells of a lost write once, to the sync that comes next
    /// (syncfs(2), errors): whoever had written anything before that sync began must take it as their own failure, even
    /// if the sync they wait for succeeds. They compare this number with what it was before they wrote.
    /// </summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Connections that wait for the sync to come.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Completes the ticket when all that was written before this call is on the disk; any thread.</summary>
    public void Wait(SyncWaiter waiter, ParkTicket ticket)
    {
        waiter.Ticket = ticket;
        bool isOver;
        lock (_lock)
        {
            isOver = _isOver;
            if (!isOver)
            {
                waiter.Next = _gathering;
                _gathering = waiter;
                _waiting++;
            }
        }
        if (isOver)
        {
            waiter.End(SysResult.Fail(Errno.NoDevice));
        }
        else
        {
            _loop.Wake();
        }
    }

    /// <summary>Lets the thread leave. Who waits for a sync that has not begun goes on with ENODEV.</summary>
    public void Dispose()
    {
        _loop.RequestStop();
        EndAll(TakeAll(isLast: true), SysResult.Fail(Errno.NoDevice));
    }

    private int SyncOnce()
    {
        SyncWaiter? first = TakeAll(isLast: false);
        if (first == null)
        {
            return BackgroundLoop.UntilWoken;
        }
        SysResult result = _sync();
        if (result.IsError)
        {
            Interlocked.Increment(ref _failures); // before those who waited look at it
        }
        Interlocked.Increment(ref _syncs);
        EndAll(first, result);
        return 0;
    }

    private SyncWaiter? TakeAll(bool isLast)
    {
        lock (_lock)
        {
            SyncWaiter? first = _gathering;
            _gathering = null;
            _waiting = 0;
            _isOver |= isLast;
            return first;
        }
    }

    private void EndAll(SyncWaiter? waiter, SysResult result)
    {
        while (waiter != null)
        {
            SyncWaiter? next = waiter.Next;
            waiter.Next = null;
            Interlocked.Increment(ref _served);
            waiter.End(result); // its connection may be waiting again at once
            waiter = next;
        }
    }
}
