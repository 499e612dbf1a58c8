using System.Diagnostics;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// The way to one device that blocks: so many may be at it at a time, others wait in order without holding a thread,
/// and the queue is bounded. A device that hangs ties up its slots and nothing else.
/// </summary>
/// <remarks>
/// <code>
///   worker --TryEnter--> [ slots ] --system calls that may block--> Leave --> the first who waits goes on
///              no slot: Wait parks the connection ---> [ queue, first in first out ] --/
/// </code>
/// No thread changes: who has a slot works on the device inline, on the worker that steps its connection. The slot of
/// one who leaves goes to the first who waits, so nobody overtakes. Thread-safe; the lock is held for a few
/// instructions, never over a system call.
/// </remarks>
public sealed class DeviceQueue
{
    private readonly Lock _lock = new();
    private int _free;           // owner: _lock
    private int _slots;          // owner: _lock
    private int _waiting;        // owner: _lock
    private DeviceWaiter? _head; // owner: _lock
    private DeviceWaiter? _tail; // owner: _lock
    private long _refused;       // owner: _lock
    private long _expired;       // owner: _lock
    private long _waits;         // owner: _lock
    private Action? _drained;    // owner: _lock; set when it is closed

    /// <summary>A queue with nobody in it.</summary>
    /// <param name="name">The device, for logs and metrics.</param>
    /// <param name="slots">How many may be at it at a time; 1 or more.</param>
    /// <param name="waitersMax">How many may wait; whoever comes then is refused.</param>
    public DeviceQueue(string name, int slots, int waitersMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(waitersMax);
        Name = name;
        WaitersMax = waitersMax;
        _slots = slots;
        _free = slots;
    }

    /// <summary>The device.</summary>
    public string Name { get; }

    /// <summary>How many may wait.</summary>
    public int WaitersMax { get; }

    /// <summary>
    /// How many may be at the device at a time. When it is lowered, those who are there stay until they leave.
    /// </summary>
    public int Slots
    {
        get
        {
            lock (_lock)
            {
                return _slots;
            }
        }
        set => Resize(value);
    }

    /// <summary>Slots that are taken now.</summary>
    public int Busy
    {
        get
        {
            lock (_lock)
            {
                return _slots - _free;
            }
        }
    }

    /// <summary>Who waits now.</summary>
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

    /// <summary>Who had to wait, since the start.</summary>
    public long Waits
    {
        get
        {
            lock (_lock)
            {
                return _waits;
            }
        }
    }

    /// <summary>Who was refused because too many waited, since the start.</summary>
    public long Refused
    {
        get
        {
            lock (_lock)
            {
                return _refused;
            }
        }
    }

    /// <summary>Who waited in vain, since the start.</summary>
    public long Expired
    {
        get
        {
            lock (_lock)
            {
                return _expired;
            }
        }
    }

    /// <summary>Takes a slot if one is free and nobody waits; true: <see cref="Leave"/> must follow.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_free <= 0 || _head != null || _drained != null)
            {
                return false;
            }
            _free--;
            return true;
        }
    }

    /// <summary>
    /// Waits for a slot: the ticket is completed when there is one, when the queue is full (at once), or when the wait
    /// expires. The connection then looks at <see cref="DeviceWaiter.Outcome"/>; one that was closed meanwhile must do
    /// so too, and give a granted slot back.
    /// </summary>
    /// <param name="waiter">The connection's; not waiting.</param>
    /// <param name="ticket">Of the connection, which parks.</param>
    /// <param name="nowMs">Monotonic milliseconds.</param>
    public void Wait(DeviceWaiter waiter, ParkTicket ticket, long nowMs)
    {
        waiter.Begin(ticket, nowMs);
        SlotOutcome outcome = SlotOutcome.Waiting;
        lock (_lock)
        {
            if (_drained != null)
            {
                outcome = SlotOutcome.Refused;
            }
            else if (_free > 0 && _head == null)
            {
                _free--;
                outcome = SlotOutcome.Granted; // given back since the caller looked
            }
            else if (_waiting >= WaitersMax)
            {
                _refused++;
                outcome = SlotOutcome.Refused;
            }
            else
            {
                _waits++;
                Append(waiter);
            }
        }
        if (outcome != SlotOutcome.Waiting)
        {
            waiter.End(outcome);
        }
    }

    /// <summary>Gives a slot back: it goes to the first who waits.</summary>
    public void Leave()
    {
        DeviceWaiter? next = null;
        Action? drained = null;
        lock (_lock)
        {
            _free++;
            if (_free > 0 && _head != null)
            {
                _free--;
                next = TakeFirst();
            }
            if (_free == _slots)
            {
                drained = _drained;
            }
        }
        next?.End(SlotOutcome.Granted);
        drained?.Invoke();
    }

    /// <summary>
    /// Lets nobody in any more: who waits is refused now, who comes is refused, and those who are at the device may
    /// end. Called once.
    /// </summary>
    /// <param name="drained">
    /// Called once, when nobody is at the device any more: now, or by the last one who leaves.
    /// </param>
    public void Close(Action drained)
    {
        DeviceWaiter? waiter;
        bool isEmpty;
        lock (_lock)
        {
            Debug.Assert(_drained == null, "a queue was closed twice");
            _drained = drained;
            isEmpty = _free == _slots;
            waiter = _head;
            _head = null;
            _tail = null;
            _waiting = 0;
        }
        while (waiter != null)
        {
            DeviceWaiter? next = waiter.Next;
            waiter.Next = null;
            waiter.End(SlotOutcome.Refused); // its connection may be waiting elsewhere at once
            waiter = next;
        }
        if (isEmpty)
        {
            drained();
        }
    }

    /// <summary>Ends the waits that began before <paramref name="sinceMs"/>.</summary>
    public void ExpireBefore(long sinceMs)
    {
        while (true)
        {
            DeviceWaiter expired;
            lock (_lock)
            {
                if (_head == null || _head.SinceMs >= sinceMs)
                {
                    return;
                }
                expired = TakeFirst();
                _expired++;
            }
            expired.End(SlotOutcome.Expired);
        }
    }

    private void Resize(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        lock (_lock)
        {
            _free += slots - _slots;
            _slots = slots;
        }
        while (true)
        {
            DeviceWaiter next;
            lock (_lock)
            {
                if (_free <= 0 || _head == null)
                {
                    return;
                }
                _free--;
                next = TakeFirst();
            }
            next.End(SlotOutcome.Granted);
        }
    }

    private void Append(DeviceWaiter waiter)
    {
        if (_tail == null)
        {
            _head = waiter;
        }
        else
        {
            _tail.Next = waiter;
        }
        _tail = waiter;
        _waiting++;
    }

    private DeviceWaiter TakeFirst()
    {
        DeviceWaiter first = _head!;
        _head = first.Next;
        _tail = _head == null ? null : _tail;
        first.Next = null;
        _waiting--;
        return first;
    }
}
