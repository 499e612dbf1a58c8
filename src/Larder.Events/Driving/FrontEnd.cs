using System.Diagnostics;
using Larder.Events.Native;
using Larder.Events.Polling;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// A thread with a poller, a mailbox, a timer wheel and connections that are its own for life; it never blocks on
/// anything but its poller.
/// </summary>
/// <remarks>
/// <code>
///   wait (blocks only when ring and mailbox are empty)
///     -> each event: one step
///     -> mailbox: at most MailPerTurn messages
///     -> ring: one step for each that was in it at the beginning
///     -> timers
/// </code>
/// Edge-triggered: a descriptor is registered once for reading and writing; no epoll_ctl follows. Events for a
/// connection that waits in the ring are only remembered, so that nobody overtakes. Sockets, mailbox and ring each
/// have a bound for one turn, so that none starves another.
/// </remarks>
public sealed class FrontEnd : Driver, IDisposable
{
    /// <summary>Events taken by one wait. 256 of 12 bytes are 3 KiB; more would only delay mail and timers.</summary>
    private const int EventsPerWait = 256;

    /// <summary>Messages run between two waits: as many as events, so that both get their share.</summary>
    private const int MailPerTurn = 256;

    /// <summary>
    /// Rounds of mail that a leaving thread still runs: what was posted before the stop, but no endless chain.
    /// </summary>
    private const int LastMailRounds = 256;

    private readonly Poller _poller = new();
    private readonly PollBatch _batch = new(EventsPerWait);
    private readonly Waker _waker;
    private readonly Mailbox _mailbox;
    private readonly TimerWheel _timers;
    private readonly TurnRing _ring = new(); // owner: the front end's thread
    private readonly Thread _thread;
    private readonly PollMode _mode;
    private volatile bool _leaves; // owner: the stopping thread
    private bool _isDisposed;      // owner: the disposing thread

    /// <summary>Makes a front end that does not run yet. <paramref name="index"/> numbers it from 0.</summary>
    public FrontEnd(int index, DriverOptions options)
        : this(index, options, new StopSignal(), new ClosePulse())
    {
    }

    internal FrontEnd(int index, DriverOptions options, StopSignal stop, ClosePulse closes)
        : base(options, stop, closes)
    {
        _mode = options.Trigger == Trigger.Edge ? PollMode.Edge : PollMode.Level;
        _waker = new Waker(_poller, PollMode.Edge);
        _mailbox = new Mailbox(_waker);
        _timers = new TimerWheel(Environment.TickCount64, _waker.Wake);
        Turn = new Turn(index, options, _timers, stop) { FrontEnd = this };
        _thread = new Thread(Run) { Name = $"{options.ThreadNamePrefix}-fe-{index}", IsBackground = true };
    }

    /// <summary>What its thread carries: counters and state may be read by any thread.</summary>
    public Turn Turn { get; }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>
    /// Posts a message, which runs on this front end's thread; any thread. One that is posted after the thread was told
    /// to leave may never run.
    /// </summary>
    public void Post(Mail mail) => _mailbox.Post(mail);

    /// <summary>
    /// Gives a connection a turn in the next cycle although nothing came for it: a client whose schedule wants
    /// something sent. Its Process is called, maybe with an empty input. In the hook, in mail or in a step, on this
    /// front end's thread only.
    /// </summary>
    public void GiveTurn(Connection connection)
    {
        connection.WantTurn();
        _ring.Enqueue(connection);
    }

    /// <summary>
    /// Stops: connections end as <paramref name="mode"/> says, then the thread leaves. Returns when it has left, at
    /// the latest shortly after <paramref name="deadlineMs"/> milliseconds.
    /// </summary>
    /// <returns>The number of connections that had to be cut.</returns>
    public int StopAndJoin(StopMode mode, int deadlineMs)
    {
        Stop.Set(mode, Environment.TickCount64 + deadlineMs);
        return StopSequence.Run([this], Stop, Closes);
    }

    internal override long TimersSeen => _timers.Seen;

    internal override bool IsDriven => _thread.IsAlive;

    internal override void PokeAll() => _mailbox.Post(new PokeMail(this, null));

    internal override void Leave()
    {
        _leaves = true;
        _waker.Wake();
    }

    /// <summary>A parked connection's answer has come; runs on this thread.</summary>
    internal void StepResumed(Connection connection)
    {
        connection.ArriveFromPark();
        if (!connection.IsClosed && !connection.InRing)
        {
            Dispatch(connection, Readiness.None);
        }
    }

    private protected override TimerWheel WheelFor(Connection connection) => _timers;

    private protected override SysResult Watch(Connection connection)
    {
        if (connection.SharesSocket)
        {
            connection.Registered = Interest.Read;
            PollMode shared = _mode == PollMode.Edge ? PollMode.SharedEdge : PollMode.SharedLevel;
            return _poller.Add(connection.Descriptor, connection.Key, Interest.Read, shared);
        }
        Interest interest = _mode == PollMode.Edge || connection.SpeaksFirst
            ? Interest.Read | Interest.Write
            : Interest.Read;
        connection.Registered = interest;
        return _poller.Add(connection.Descriptor, connection.Key, interest, _mode);
    }

    private protected override void Unwatch(Connection connection) => _poller.Remove(connection.Descriptor);

    private protected override void Resume(Connection connection)
        => _mailbox.Post(connection.Resumption ??= new ResumeMail(connection, this));

    private protected override void Poke(Connection connection) => _mailbox.Post(new PokeMail(this, connection));

    private protected override void Join()
    {
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        Turn.Claim();
        try
        {
            while (!_leaves)
            {
                Cycle();
            }
            for (int round = 0; round < LastMailRounds && _mailbox.HasMail; round++)
            {
                RunMail();
            }
        }
        catch (Exception error)
        {
            // A fault of our own in a loop that thousands depend on: a dump now beats a half-dead server (style 20).
            Environment.FailFast($"{Thread.CurrentThread.Name} died", error);
        }
        Turn.Disown();
    }

    private void Cycle()
    {
        SysResult result = _poller.Wait(_batch, WaitBound());
        if (result.IsError)
        {
            throw new InvalidOperationException($"epoll_wait failed: {result}");
        }
        Turn.BeginCycle();
        Turn.Counters.Waits++;
        Turn.Counters.Events += _batch.Count;
        for (int i = 0; i < _batch.Count; i++)
        {
            Handle(_batch[i]);
        }
        RunMail();
        RunRing();
        _timers.Advance(Turn.NowMs);
    }

    /// <summary>Nanoseconds that the next wait may take.</summary>
    private long WaitBound()
    {
        long hookNs = Options.Hook == null ? -1 : Options.Hook.OnTurn(Turn);
        if (_ring.Count > 0 || _mailbox.HasMail)
        {
            return 0;
        }
        long timerMs = _timers.MillisecondsToNextTick(Turn.NowMs);
        if (timerMs < 0)
        {
            return hookNs;
        }
        long timerNs = timerMs * 1_000_000;
        return hookNs < 0 ? timerNs : Math.Min(hookNs, timerNs);
    }

    private void Handle(PollEvent pollEvent)
    {
        if (pollEvent.Key == Waker.Key)
        {
            return; // the mailbox is looked at in each cycle
        }
        Connection? connection = Table.Find(pollEvent.Key);
        if (connection == null)
        {
            Turn.Counters.StaleEvents++;
        }
        else if (connection.InRing)
        {
            connection.Remember(pollEvent.Readiness);
        }
        else
        {
            Dispatch(connection, pollEvent.Readiness);
        }
    }

    private void Dispatch(Connection connection, Readiness readiness)
    {
        Next next = connection.Step(Turn, readiness);
        switch (next)
        {
            case Next.Close:
                CloseOwned(connection, Turn);
                break;
            case Next.Parked when !connection.ConfirmPark() || connection.WantsToSend:
            case Next.Again:
                _ring.Enqueue(connection);
                break;
            default:
                if (_mode == PollMode.Level)
                {
                    Register(connection, next);
                }
                break;
        }
    }

    /// <summary>
    /// Level-triggered only: watches for what the connection wants now. A parked one is taken out of the poller, since
    /// its hang-up would be reported at every wait.
    /// </summary>
    private void Register(Connection connection, Next next)
    {
        bool isOut = connection.Registered == Interest.None;
        Interest wanted = next == Next.Parked ? Interest.None : connection.WantedInterest;
        if (wanted == connection.Registered)
        {
            return;
        }
        SysResult result = wanted == Interest.None ? _poller.Remove(connection.Descriptor)
            : isOut ? _poller.Add(connection.Descriptor, connection.Key, wanted, _mode)
            : _poller.Modify(connection.Descriptor, connection.Key, wanted, _mode);
        connection.Registered = wanted;
        Turn.Counters.InterestChanges++;
        Debug.Assert(!result.IsError, "a live descriptor cannot be registered");
    }

    private void RunMail()
    {
        int run = _mailbox.Drain(Turn, MailPerTurn);
        Turn.Counters.MailRun += run;
        if (run == MailPerTurn)
        {
            Turn.Counters.MailYields++;
        }
    }

    private void RunRing()
    {
        for (int left = _ring.Count; left > 0; left--)
        {
            Connection connection = _ring.Dequeue();
            if (!connection.IsClosed)
            {
                Dispatch(connection, Readiness.None);
            }
        }
    }

    /// <summary>
    /// Gives a connection a turn in which it meets the stop signal or its own end; null = all of them.
    /// </summary>
    private void StepSoon(Connection? connection)
    {
        if (connection != null)
        {
            _ring.Enqueue(connection);
            return;
        }
        foreach (Connection each in Table.Snapshot())
        {
            _ring.Enqueue(each);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        StopAndJoin(StopMode.Fast, 0);
        _waker.Dispose();
        _poller.Dispose();
        _batch.Dispose();
        Turn.ReleaseBuffers();
    }

    private sealed class PokeMail(FrontEnd frontEnd, Connection? connection) : Mail
    {
        protected internal override void Run(Turn turn) => frontEnd.StepSoon(connection);
    }
}
