using System.Globalization;
using Larder.Cache.Authentication;
using Larder.Cache.Commands.Dumping;
using Larder.Cache.Commands.Inspecting;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Serving;
using Larder.Cache.Store;
using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>What all threads of one cache server share: the store, the clock, the options, the server itself.</summary>
internal sealed class CacheEngine(
    CacheServerOptions options, ItemStore store, StoreClock clock, Entrance? entrance = null)
{
    private int _verbosity = options.Verbosity; // owner: any thread, by volatile writes
    private int _slowMicroseconds = options.SlowLogMicroseconds; // owner: any thread, by volatile writes
    private uint _flushedAt;                    // owner: any thread, by volatile writes

    /// <summary>What the server was started with.</summary>
    public CacheServerOptions Options { get; } = options;

    /// <summary>What decides who may enter; null for a server that lets everybody in.</summary>
    public Entrance? Entrance { get; } = entrance;

    /// <summary>What the listeners speak: what the options say, but nothing in which everybody could enter.</summary>
    public CacheProtocol Protocol { get; } = entrance?.Restrict(options.Protocol) ?? options.Protocol;

    /// <summary>The items.</summary>
    public ItemStore Store { get; } = store;

    /// <summary>The clock of the items.</summary>
    public StoreClock Clock { get; } = clock;

    /// <summary>Listeners, driver and connections; set before the first connection comes.</summary>
    public StreamServer Server { get; set; } = null!;

    /// <summary>What there is of memcached's own settings: only shown again.</summary>
    public TuningValues Tuning { get; } = new(options.TuningEcho);

    /// <summary>What `stats reset` subtracts.</summary>
    public StatsBaseline Baseline { get; } = new();

    /// <summary>Walks through the store that are under way.</summary>
    public DumpGate Dumps { get; } = new();

    /// <summary>What half received requests may hold together (-o read_buf_mem_limit); null: any.</summary>
    public BufferLimit? InputLimit { get; } = LimitOf(options);

    /// <summary>What <c>watch</c> shows.</summary>
    public WatchLog Watches { get; } = new(options, store);

    /// <summary>What <c>stats detail</c> shows.</summary>
    public PrefixStats Prefixes { get; } = new((byte)options.PrefixDelimiter);

    /// <summary>Items stored up to this second of the clock are flushed once it has come; 0: never flushed.</summary>
    public uint FlushedAt
    {
        get => Volatile.Read(ref _flushedAt);
        set => Volatile.Write(ref _flushedAt, value);
    }

    /// <summary>A command that takes as long is noted for <c>stats slow</c>; 0: none is.</summary>
    public int SlowMicroseconds
    {
        get => Volatile.Read(ref _slowMicroseconds);
        set => Volatile.Write(ref _slowMicroseconds, value);
    }

    /// <summary>What clients of this listener may speak.</summary>
    public CacheProtocol ProtocolOf(Listener listener)
    {
        CacheProtocol protocol = listener.Tag is CacheProtocol own ? own : Options.Protocol;
        return Entrance?.Restrict(protocol) ?? protocol;
    }

    /// <summary>What a client of this listener speaks who begins with this byte.</summary>
    public bool SpeaksBinary(Listener listener, byte first)
    {
        CacheProtocol protocol = ProtocolOf(listener);
        return protocol == CacheProtocol.Binary
            || (protocol == CacheProtocol.Auto && first == BinaryFrame.RequestMagic);
    }

    /// <summary>The level that `verbosity` has set.</summary>
    public int Verbosity
    {
        get => Volatile.Read(ref _verbosity);
        set
        {
            Volatile.Write(ref _verbosity, value);
            Watches.SetVerbosity(value);
        }
    }

    private static BufferLimit? LimitOf(CacheServerOptions options)
        => options.TuningEcho.TryGetValue("read_buf_mem_limit", out string? text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) && bytes > 0
            ? new BufferLimit(bytes) : null;
}
