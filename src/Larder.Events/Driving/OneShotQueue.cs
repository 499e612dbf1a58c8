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

    public OneShotQueue(DriverOptions options, StopSignal stop)
        : base(options, stop)
    {
        _mode = options.Trigger == Trigger.Edge ? PollMode.OneShotEdge : PollMode.OneShot;
        Wakeup = new Waker(Poller, PollMode.Level);
        _timer = new TimerDescriptor(Poller);
        Timers = new TimerWheel(Environment.TickCount64, () => _timer.Arm(TimerWheel.TickMs));
    }

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
        Next next = connection.Step(turn, pollEvent.Readiness);
        switch (next)
        {
            case Next.Close:
                CloseOwned(connection, turn);
                break;
            case Next.Parked:
                break; // another worker may have it already
            case Next.Again:
                Arm(connection, Interest.Read | Interest.Write);
                break;
            case Next.WaitRead:
            case Next.WaitWrite:
                Arm(connection, connection.WantedInterest);
                break;
            default:
                throw new UnreachableException($"a step answered {next}");
        }
    }

    /// <summary>Makes idle connections meet the stop signal; those inside a request too unless it is graceful.</summary>
    public void BeginStop(StopMode mode)
    {
        Stop.Set(mode);
        foreach (Connection connection in Table.Snapshot())
        {
            if (mode == StopMode.Fast || !connection.IsMidRequestNow)
            {
                connection.Shutdown();
            }
        }
    }

    /// <summary>The deadline of a stop has come.</summary>
    public void EndAll()
    {
        foreach (Connection connection in Table.Snapshot())
        {
            connection.End(CloseReason.Stopped);
        }
    }

    /// <summary>After the workers have left.</summary>
    public int Cut() => CutRest();

    private protected override TimerWheel WheelFor(Connection connection) => Timers;

    private protected override SysResult Watch(Connection connection)
    {
        Interest interest = connection.SpeaksFirst ? Interest.Read | Interest.Write : Interest.Read;
        return Poller.Add(connection.Descriptor, connection.Key, interest, _mode);
    }

    private protected override void Resume(Connection connection) => Arm(connection, Interest.Read | Interest.Write);

    private void Arm(Connection connection, Interest interest)
    {
        SysResult result = Poller.Modify(connection.Descriptor, connection.Key, interest, _mode);
        Debug.Assert(!result.IsError, "a live descriptor cannot be armed");
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
        _timer.Dispose();
        Wakeup.Dispose();
        Poller.Dispose();
    }
}
