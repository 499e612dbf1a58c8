using System.Runtime.CompilerServices;
using Larder.Cache.Authentication;
using Larder.Cache.Commands.Inspecting;
using Larder.Cache.Store;
using Larder.Cache.Commands.Watching;
using Larder.Events.Buffers;
using Larder.Events.Wire;
using Larder.Protocol.Scan;

namespace Larder.Cache.Commands;

/// <summary>
/// What a thread of the driver carries for the commands that it executes: shortcuts to the shared engine, its counters
/// and scratch memory. Owned by that thread; <see cref="Output"/> is the present connection's.
/// </summary>
internal sealed class CacheThread(CacheEngine engine)
{
    private readonly byte[] _keyBuffer = GC.AllocateUninitializedArray<byte>(KeyBase64.DecodedLengthMax, pinned: true);

    /// <summary>What all threads share.</summary>
    public CacheEngine Engine { get; } = engine;

    /// <summary>The items.</summary>
    public ItemStore Store { get; } = engine.Store;

    /// <summary>The clock of the items.</summary>
    public StoreClock Clock { get; } = engine.Clock;

    /// <summary>What this thread has executed.</summary>
    public CommandCounters Counters { get; } = new();

    /// <summary>How long it took.</summary>
    public LatencyMeter Latency { get; } = new();

    /// <summary>Which keys are asked for most.</summary>
    public HotKeys HotKeys { get; } = new(engine.Options.HotKeysEnabled);

    /// <summary>Which commands were slow.</summary>
    public SlowLog Slow { get; } = new(engine);

    /// <summary>What this thread tells those who watch.</summary>
    public RequestNotes Notes { get; } = new(engine);

    /// <summary>The connection whose requests are executed.</summary>
    public Connection Connection { get; private set; } = null!;

    /// <summary>Where the replies of the present connection go.</summary>
    public WriteQueue Output { get; private set; } = null!;

    /// <summary>What <see cref="Notes"/> has to tell of this batch of requests; mostly nothing.</summary>
    public WatchKinds Watched { get; private set; }

    /// <summary>An answer that the last command has begun; the dialogue takes it.</summary>
    public LongAnswer? LongAnswer { get; set; }

    /// <summary>A login of which something takes long: the connection parks, and has it computed.</summary>
    public ISaslExchange? Hashing { get; set; }

    /// <summary>Bytes of output that do not hinder a command which wants to be the first of its batch.</summary>
    public long OutputBarrier { get; set; }

    /// <summary>The client can be told more later: not so by datagrams.</summary>
    public bool AllowsLongAnswers => Connection is not DatagramConnection;

    /// <summary>Commands of the same batch were answered before the present one.</summary>
    public bool HasEarlierAnswers => Output.QueuedBytes > OutputBarrier;

    /// <summary>Room for a decoded base64 key.</summary>
    public Span<byte> KeyBuffer => _keyBuffer;

    /// <summary>A connection's turn to have requests executed begins.</summary>
    public void Serve(Connection connection)
    {
        Connection = connection;
        Output = connection.Output;
        OutputBarrier = Output.QueuedBytes;
        Watched = Engine.Watches.Kinds;
        if (HotKeys.BeginTurn())
        {
            Watched |= WatchKinds.Sampled;
        }
        if (Slow.BeginTurn(this))
        {
            Watched |= WatchKinds.Timed;
        }
    }

    /// <summary>Who sent the present request.</summary>
    public string PeerName()
        => Connection is DatagramConnection datagrams ? datagrams.SenderName() : Connection.PeerName;

    /// <summary>Takes what <see cref="Hashing"/> holds; there must be something.</summary>
    public ISaslExchange TakeHashing()
    {
        ISaslExchange hashing = Hashing!;
        Hashing = null;
        return hashing;
    }

    /// <summary>Appends a reply, unless the client wanted none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reply(ReadOnlySpan<byte> line, bool noReply = false)
    {
        if (!noReply)
        {
            Output.Write(line);
        }
        else if ((Watched & WatchKinds.Transcript) != 0)
        {
            Notes.Transcript.Withheld(this, line);
        }
    }
}
