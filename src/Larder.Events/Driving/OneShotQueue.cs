using System.Diagnostics;
using Larder.Events.Native;
using Larder.Events.Polling;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// One queue of one-shot events for all connections, taken one at a time by the threads of a <see cref="WorkerPool"/>.
/// </summary>
/// <remarks>
/// <code>
///   acceptors --ADD--> [ kernel's ready list, first in first out ] --one event--> worker: Step --MOD--> back
/// </code>
/// A worker owns the connection whose event it took until it arms it again: the arming is the last touch. Acceptors
/// only add, workers only re-arm. A connection with work left over is armed so that it is ready at once, behind those
/// that are ready already: the kernel's list is the queue of active clients, and idle ones cost it nothing.
/// </remarks>
internal sealed class OneShotQueue : Driver, IDisposable
{
    private readonly PollMode _mode;
    private readonly TimerDescriptor _timer;

    public OneShotQueue(DriverOptions options, StopSignal stop, ClosePulse closes)
        : base(options, stop, closes)
    {
        _mode = options.Trigger == Trigger.Edge ? PollMode.OneShotEdge : PollMode.OneShot;
        Wakeup = new Waker(Poller, PollMode.Level);
        _timer = new TimerDescriptor(Poller);
        Timers = new TimerWheel(Environment.TickCount64, () => _timer.Arm(TimerWheel.TickMs));
        Workers = new WorkerPool(this, options, stop);
    }

    /// <summary>The threads that take its events.</summary>
    public WorkerPool Workers { get; }

    public Poller Poller { get; } = new();

    /// <summary>Stays readable while workers have to leave.</summary>
    public Waker Wakeup { get; }

    public TimerWheel Timers { get; }

    /// <summary>Runs one event; the caller's thread owns what it names.</summary>
    public void Handle(PollEvent pollEvent, Turn turn)
    {
        if (pollEvent.Key == TimerDescriptor.Key)
        {
            AdvanceTimers(turn);
            return;
        }
        Connection? connection = Table.Find(pollEvent.Key);
        if (connection == null)
        {
            turn.Counters.StaleEvents++;
            return;
        }
        if (!connection.TryClaim())
        {
            turn.Counters.StaleEvents++; // closed just now, or poked while another worker has it
            return;
        }
        Next next = connection.Step(turn, pollEvent.Readiness);
        Interest wanted = next == Next.Again ? Interest.Read | Interest.Write : connection.WantedInterest;
        int stepCount = connection.StepCount;
        switch (next)
        {
            case Next.Close:
                CloseOwned(connection, turn);
                return;
            case Next.Parked:
                bool sends = connection.WantsToSend;
                connection.Release();
                if (!connection.ConfirmPark() || sends)
                {
                    Arm(connection, Interest.Read | Interest.Write);
                }
                return;
            case Next.Again:
            case Next.WaitRead:
            case Next.WaitWrite:
                connection.Release();
                Arm(connection, wanted);
                turn.Counters.InterestChanges++;
                break;
            default:
                throw new UnreachableException($"a step answered {next}");
        }
        // A poke while we had it came to nothing, since its event found the connection claimed; and one that came
        // before our arming was overwritten by it. Whatever is asked for after this look arms later than we did.
        // The same goes for what another worker armed, who had it for such a poke between our release and our arming.
        if (connection.NeedsAttention || connection.StepCount != stepCount)
        {
            Arm(connection, Interest.Read | Interest.Write);
        }
    }

    internal override long TimersSeen => Timers.Seen;

    internal override bool IsDriven => Workers.Running > 0;

    internal override void PokeAll()
    {
        foreach (Connection connection in Table.Snapshot())
        {
            Poke(connection);
        }
    }

    internal override void Leave() => Workers.Count = 0;

    private protected override void Join() => Workers.Join();

    private protected override TimerWheel WheelFor(Connection connection) => Timers;

    private protected override SysResult Watch(Connection connection)
    {
        Interest interest = connection.SpeaksFirst ? Interest.Read | Interest.Write : Interest.Read;
        return Poller.Add(connection.Descriptor, connection.Key, interest, _mode);
    }

    private protected override void Unwatch(Connection connection) => Poller.Remove(connection.Descriptor);

    private protected override void Resume(Connection connection)
    {
        connection.ArriveFromPark();
        Arm(connection, Interest.Read | Interest.Write);
    }

    private protected override void Poke(Connection connection)
    {
        long nowMs = Environment.TickCount64;
        if (connection.WaitsForAttentionMs(nowMs) >= Options.StuckReceiverTimeoutMs && TakesNothing(connection))
        {
            connection.End(CloseReason.StuckReceiver);
        }
        connection.AskForAttention(nowMs);
        Arm(connection, Interest.Read | Interest.Write);
    }

    /// <summary>
    /// Whether a peer leaves what was sent to it in the socket. A full one is not writable, so that the step which was
    /// asked for has no event to come with; when all output went into the socket, no timer waits for the peer either.
    /// </summary>
    private static bool TakesNothing(Connection connection)
    {
        if (!connection.TryEnterDescriptor())
        {
            return false;
        }
        int bytes = Sockets.UnacknowledgedBytes(connection.Descriptor);
        connection.LeaveDescriptor();
        return bytes > 0;
    }

    /// <summary>
    /// Arms a connection that may belong to another thread by now, or be closed: its descriptor is kept open for the
    /// call, so that it is not somebody else's.
    /// </summary>
    private void Arm(Connection connection, Interest interest)
    {
        if (!connection.TryEnterDescriptor())
        {
            return;
        }
        SysResult result = Poller.Modify(connection.Descriptor, connection.Key, interest, _mode);
        connection.LeaveDescriptor();
        // ENOENT: poked before it was added; whoever adds it looks at the stop afterwards.
        Debug.Assert(!result.IsError || result.Errno == Errno.NoEntry, "a live descriptor cannot be armed");
    }

    private void AdvanceTimers(Turn turn)
    {
        Timers.Advance(turn.NowMs);
        if (Timers.Count > 0)
        {
            _timer.Arm(Timers.MillisecondsToNextTick(turn.NowMs));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Workers.Dispose();
        _timer.Dispose();
        Wakeup.Dispose();
        Poller.Dispose();
    }
}
