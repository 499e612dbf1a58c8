using System.Diagnostics;
using System.Runtime.InteropServices;
using Larder.Events.Buffers;
using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// What a thread carries through the steps of its connections: its clock, its budget, its buffers, its counters.
/// Owned by one thread; nothing of it outlives a step except what the connection takes with it.
/// </summary>
public sealed unsafe class Turn
{
    /// <summary>
    /// Write queues kept in reserve: one is in use at a time, those of blocked connections come back.
    /// </summary>
    private const int QueueReserve = 16;

    /// <summary>
    /// Steps of unfinished handshakes that a thread does between two waits. The dear one of a full handshake signs once
    /// and computes X25519 twice: by openssl speed on the EPYC where this was chosen 0.14 ms with a P-256 certificate,
    /// 1.1 ms with one of RSA 2048. So four of them keep the established connections waiting for 4.5 ms at most.
    /// </summary>
    internal const int HandshakesPerCycle = 4;

    private readonly ThreadGuard _guard;
    private readonly WriteQueue[] _queues = new WriteQueue[QueueReserve];
    private int _queueCount; // owner: the driver's thread

    internal Turn(int index, DriverOptions options, TimerWheel timers, StopSignal stop)
    {
        Index = index;
        Options = options;
        Timers = timers;
        Stop = stop;
        _guard = new ThreadGuard();
        Buffers = new BufferPool(options.BufferReserve, _guard) { InputLimit = options.InputLimit };
        AcquireBuffers();
        State = options.ThreadState?.Invoke(index);
        NowMs = Environment.TickCount64;
    }

    /// <summary>The application's object for this thread, made by <see cref="DriverOptions.ThreadState"/>.</summary>
    public object? State { get; }

    /// <summary>Number of the thread, from 0.</summary>
    public int Index { get; }

    /// <summary>
    /// Monotonic milliseconds, read once for each wait of the driver, from the kernel's coarse clock: it moves every
    /// 1 to 10 ms (CONFIG_HZ; 4 ms where this was measured, at 8 ns a reading against 32 ns for the precise clock),
    /// and all timeouts here are multiples of 100 ms.
    /// </summary>
    public long NowMs { get; private set; }

    /// <summary>
    /// When the present step began, in <see cref="Stopwatch"/> ticks: when the wait that brought it returned, or when
    /// the answers of the step before were sent, if the application says so. One precise reading for each wait.
    /// </summary>
    public long BegunAt { get; set; }

    /// <summary>Requests that the connection may still execute in this step; counted down by it.</summary>
    public int RequestsLeft { get; set; }

    /// <summary>
    /// Queued output at which a connection must stop executing and yield; it may set it lower for its own step.
    /// </summary>
    public long OutputHigh { get; set; }

    /// <summary>Bytes that the connection may still receive, or send from files, in this step.</summary>
    public int BytesLeft { get; internal set; }

    /// <summary>What this thread has done.</summary>
    public DriverCounters Counters { get; } = new();

    /// <summary>The wheel for coarse timers: the front end's own, or the one that the workers share.</summary>
    public TimerWheel Timers { get; }

    /// <summary>The front end whose thread this is; null under the queue.</summary>
    public FrontEnd? FrontEnd { get; internal init; }

    /// <summary>Buffers of this thread: for receiving, for input that waits, for answers. Any thread.</summary>
    public long BufferCount => Buffers.Buffers + 1;

    /// <summary>Their bytes. Any thread.</summary>
    public long BufferBytes => Buffers.Bytes + Options.ReceiveBufferBytes;

    /// <summary>Those of them that stand in reserve. Any thread.</summary>
    public long BufferBytesFree => (long)Buffers.Reserve * BufferPool.BlockBytes;

    internal DriverOptions Options { get; }

    internal StopSignal Stop { get; }

    internal BufferPool Buffers { get; }

    internal byte* ReceiveBuffer { get; private set; }


    internal int HandshakesLeft { get; private set; } = HandshakesPerCycle;

    internal void Claim() => _guard.Claim();

    internal void Disown() => _guard.Disown();

    /// <summary>The driver has waited: the clock is read, handshakes may be computed again.</summary>
    internal void BeginCycle()
    {
        NowMs = Environment.TickCount64;
        BegunAt = Stopwatch.GetTimestamp();
        HandshakesLeft = HandshakesPerCycle;
    }

    /// <summary>Takes one of the handshakes of this cycle; false when they are used up, which is counted.</summary>
    internal bool TryHandshake()
    {
        if (HandshakesLeft == 0)
        {
            Counters.HandshakeWaits++;
            return false;
        }
        HandshakesLeft--;
        return true;
    }

    internal void BeginStep()
    {
        _guard.Check();
        RequestsLeft = Options.RequestsPerTurn;
        BytesLeft = Options.BytesPerTurn;
        OutputHigh = Options.OutputHighBytes;
        Counters.Steps++;
    }

    internal WriteQueue RentQueue() => _queueCount > 0 ? _queues[--_queueCount] : new WriteQueue();

    internal void ReturnQueue(WriteQueue queue)
    {
        Debug.Assert(queue.IsEmpty, "a queue with bytes to send was given away");
        if (_queueCount < QueueReserve)
        {
            _queues[_queueCount++] = queue;
        }
    }

    /// <summary>Counts why a connection of this thread ended.</summary>
    internal void CountEnd(CloseReason reason, int descriptor)
    {
        switch (reason)
        {
            case CloseReason.Runaway:
                Counters.Runaways++;
                Log.RunawayConnection(Options.Logger, descriptor, Options.RunawayLimit);
                break;
            case CloseReason.StuckReceiver:
                Counters.StuckReceivers++;
                break;
            case CloseReason.HandshakeTimeout:
                Counters.HandshakeTimeouts++;
                break;
            case CloseReason.AdmissionTimeout:
                Counters.AdmissionTimeouts++;
                break;
            case CloseReason.IdleTimeout:
                Counters.IdleKicks++;
                break;
            case CloseReason.TooSlow:
                Counters.TooSlow++;
                break;
            case CloseReason.InputOverflow:
                Counters.InputOverflows++;
                break;
            default:
                break;
        }
    }

    /// <summary>A thread begins with this turn, maybe after another has left it.</summary>
    internal void AcquireBuffers()
    {
        if (ReceiveBuffer == null)
        {
            ReceiveBuffer = (byte*)NativeMemory.AlignedAlloc((nuint)Options.ReceiveBufferBytes, 64);
        }
    }

    /// <summary>The thread has left: its buffers go back, its counters stay.</summary>
    internal void ReleaseBuffers()
    {
        while (_queueCount > 0)
        {
            _queues[--_queueCount].Discard(); // a span that was asked for and not used holds a block
        }
        Buffers.Dispose();
        NativeMemory.AlignedFree(ReceiveBuffer);
        ReceiveBuffer = null;
    }
}
