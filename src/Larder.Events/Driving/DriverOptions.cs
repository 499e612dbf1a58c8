using Larder.Events.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Larder.Events.Driving;

/// <summary>
/// How connections are driven. Every queue, loop and buffer of the core has its maximum here; what is reached is
/// counted in <see cref="DriverCounters"/>. Not changed after the driver has started.
/// </summary>
public sealed class DriverOptions
{
    /// <summary>Which driver.</summary>
    public DriverKind Driver { get; init; } = DriverKind.FrontEnds;

    /// <summary>Edge- or level-triggered.</summary>
    public Trigger Trigger { get; init; } = Trigger.Edge;

    /// <summary>Front ends, or workers at the start; 1 or more.</summary>
    public int Threads { get; init; } = 4;

    /// <summary>
    /// Threads that have work at once; 0 = as many as the process had cores at its start. Workers beyond it stand by
    /// for those that wait for a disk; front ends, which never wait, get no connections beyond it.
    /// </summary>
    public int ThreadsAtOnce { get; init; }

    /// <summary>
    /// Requests that one connection may execute before others get their turn. At 0.1 us each, 1024 pipelined gets keep
    /// the others waiting for a tenth of a millisecond.
    /// </summary>
    public int RequestsPerTurn { get; init; } = 1024;

    /// <summary>Bytes that one connection may receive before others get their turn.</summary>
    public int BytesPerTurn { get; init; } = 256 * 1024;

    /// <summary>Queued output at which a connection stops executing. One turn may overshoot it by one reply.</summary>
    public long OutputHighBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Queued output at which a stopped connection goes on: well below the high mark, so that it does not flutter.
    /// </summary>
    public long OutputLowBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// Bytes asked for by one receive, into a buffer of the thread. 64 KiB take 400 requests of a deep pipeline at
    /// once and fit the second level cache.
    /// </summary>
    public int ReceiveBufferBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Unread input at which a connection is closed: beyond any request that a reader still waits for.
    /// </summary>
    public int InputMaxBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>
    /// What the unread input of all connections together may hold; who needs more is closed. Null = any.
    /// </summary>
    public BufferLimit? InputLimit { get; init; }

    /// <summary>Milliseconds without progress after which a peer that does not take its replies is closed.</summary>
    public int StuckReceiverTimeoutMs { get; init; } = 60_000;

    /// <summary>Milliseconds of silence after which a connection is closed; 0 = never.</summary>
    public int IdleTimeoutMs { get; init; }

    /// <summary>
    /// Milliseconds of silence after which a connection is ended while descriptors or memory are short; 0 = never.
    /// </summary>
    public int PressureIdleMs { get; init; }

    /// <summary>Milliseconds that a closed connection waits for its peer to read the last replies.</summary>
    public int LingerTimeoutMs { get; init; } = 2_000;

    /// <summary>Events in a row without any progress after which a connection is closed as a runaway.</summary>
    public int RunawayLimit { get; init; } = 1_000;

    /// <summary>Free buffer blocks of 32 KiB that a thread keeps in reserve.</summary>
    public int BufferReserve { get; init; } = 64;

    /// <summary>
    /// Makes the application's object for each thread (counters, an executor), by index; may be null.
    /// </summary>
    public Func<int, object?>? ThreadState { get; init; }

    /// <summary>Asked before each wait of a front end; unused by the queue.</summary>
    public ITurnHook? Hook { get; init; }

    /// <summary>Threads are named after it: "larder-fe-0".</summary>
    public string ThreadNamePrefix { get; init; } = "larder";

    /// <summary>Where the core writes what an operator must know; never a line for each request.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary><see cref="ThreadsAtOnce"/> with the cores in the place of 0; 1 or more.</summary>
    internal int Places => ThreadsAtOnce > 0 ? ThreadsAtOnce : Environment.ProcessorCount;
}
