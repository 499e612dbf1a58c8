using Larder.Events.Polling;

namespace Larder.Events.Driving;

/// <summary>
/// Messages from any thread to the thread that owns the mailbox, run there in the order in which they were posted,
/// never inline, a bounded number at a time.
/// </summary>
/// <remarks>
/// <code>
///   posters --push--> _incoming (a stack) --taken whole, turned round--> _ordered --run, at most a budget--> Run
/// </code>
/// No lost wake-up: a poster pushes first and then wakes if it is the one who sets _woken; the owner clears _woken
/// first and then takes the stack. Whatever is pushed after the clearing finds _woken at 0 and wakes again. The owner
/// never waits while _woken is set: a poster may set it late, when its mail was taken already with that of another,
/// and from then on nobody would wake.
/// </remarks>
public sealed class Mailbox
{
    private readonly Waker _waker;
    private Mail? _incoming; // owner: interlocked
    private int _woken;      // owner: interlocked; 1 = a wake-up is on its way
    private Mail? _ordered;  // owner: the mailbox's thread

    /// <summary>A mailbox whose owner waits on the poller of <paramref name="waker"/>.</summary>
    public Mailbox(Waker waker) => _waker = waker;

    /// <summary>True when the owner must not wait: there is mail, or a wake-up that it has not taken note of.</summary>
    public bool HasMail => _ordered != null || Volatile.Read(ref _woken) != 0;

    /// <summary>Posts a message; any thread, also the owner's own. A message is in one mailbox at a time.</summary>
    public void Post(Mail mail)
    {
        Push(mail);
        Signal();
    }

    /// <summary>
    /// The first half of a post; apart from the second, so that tests can put the owner between them.
    /// </summary>
    internal void Push(Mail mail)
    {
        Mail? head = Volatile.Read(ref _incoming);
        while (true)
        {
            mail.NextMail = head;
            Mail? seen = Interlocked.CompareExchange(ref _incoming, mail, head);
            if (ReferenceEquals(seen, head))
            {
                break;
            }
            head = seen;
        }
    }

    /// <summary>The second half of a post.</summary>
    internal void Signal()
    {
        // Pairs with the Exchange in Drain: a full fence lies between our push and this look at _woken.
        if (Interlocked.Exchange(ref _woken, 1) == 0)
        {
            _waker.Wake();
        }
    }

    /// <summary>
    /// Runs at most <paramref name="budget"/> messages; the owner's thread only. What a message posts here waits for
    /// the next call.
    /// </summary>
    /// <returns>How many were run.</returns>
    public int Drain(Turn turn, int budget)
    {
        if (_ordered == null && !TakeIncoming())
        {
            return 0;
        }
        int run = 0;
        while (_ordered is { } mail && run < budget)
        {
            _ordered = mail.NextMail;
            mail.NextMail = null;
            mail.Run(turn);
            run++;
        }
        return run;
    }

    private bool TakeIncoming()
    {
        if (Volatile.Read(ref _woken) == 0)
        {
            return false; // whoever pushes now will wake us
        }
        Interlocked.Exchange(ref _woken, 0); // before taking: see the remarks
        Mail? taken = Interlocked.Exchange(ref _incoming, null);
        while (taken != null)
        {
            Mail? next = taken.NextMail;
            taken.NextMail = _ordered;
            _ordered = taken;
            taken = next;
        }
        return _ordered != null;
    }
}
