using System.Text;
using Larder.Cache.Serving;
using Larder.Cache.Store;
using Larder.Events.Wire;

namespace Larder.Cache.Commands.Watching;

/// <summary>
/// What happens in a server, told to those who <c>watch</c>, and to the operator who wants it with -vv.
/// </summary>
/// <remarks>
/// <code>
///   driver's threads --LogRing each--+
///   evictions, connections, system --+--> formatter --Watcher (LineRing)--RequestTurn--> its connection's thread
///                      (one LogRing with a lock)  +---Transcript (LineRing)--> the thread that writes -vv
/// </code>
/// While nobody watches, a request pays a look at <see cref="Kinds"/>, once for a batch. The formatter wakes every
/// <see cref="PeriodMs"/> and when a ring is half full; without watchers it sleeps. Nothing here has a writer wait:
/// rings drop, watchers skip, both count.
/// </remarks>
internal sealed class WatchLog(CacheServerOptions options, ItemStore store) : IEvictionObserver
{
    /// <summary>Watchers at a time (memcached's WATCHER_LIMIT).</summary>
    public const int WatchersMax = 20;

    /// <summary>How late a line may be: nobody sees it, and 100 wake-ups a second cost little.</summary>
    private const int PeriodMs = 10;

    private const int RingKilobytes = 64;
    private const int WatcherKilobytes = 256;

    private readonly int _ringBytes = BytesOf(options, "worker_logbuf_size", RingKilobytes);
    private readonly int _watcherBytes = BytesOf(options, "watcher_logbuf_size", WatcherKilobytes);
    private readonly LogFormatter _formatter = new();        // owner: the formatter
    private readonly object _bell = new();
    private volatile bool _isRung;                           // owner: _bell; read without it
    private readonly Lock _gate = new();
    private LogRing[] _rings = [];                           // owner: _gate writes, the formatter reads
    private Watcher[] _watchers = [];                        // owner: _gate
    private ILogSink[] _sinks = [];                          // owner: _gate writes, the formatter reads
    private Transcript? _transcript;                         // owner: _gate writes, the formatter reads
    private Thread? _thread;                                 // owner: _gate
    private LogRing? _shared;                                // owner: _sharedGate writes; first of the rings
    private int _sharedGate;
    private volatile WatchKinds _kinds = options.PrefixStatsEnabled ? WatchKinds.Prefixes : WatchKinds.None;
    private volatile bool _isStopping;                       // owner: who stops the server
    private long _gid;                                       // owner: interlocked
    private long _skipped;                                   // owner: the formatter
    private long _droppedTold;                               // owner: the formatter; of those in the rings
    private long _sent;                                      // owner: the formatter
    private WatchTotals _base;                               // owner: _gate; what `stats reset` subtracts

    /// <summary>What requests have to tell; the sum of all watchers' wishes. Any thread.</summary>
    public WatchKinds Kinds => _kinds;

    /// <summary>Whether <c>stats detail</c> counts.</summary>
    public bool CountsPrefixes => (_kinds & WatchKinds.Prefixes) != 0;

    /// <summary>Counters since the last reset.</summary>
    public WatchTotals Totals
    {
        get
        {
            lock (_gate)
            {
                return Sum().Since(_base);
            }
        }
    }

    /// <summary>A ring for a thread of the driver, which alone writes to it.</summary>
    public LogRing AddRing()
    {
        var ring = new LogRing(_ringBytes);
        lock (_gate)
        {
            Volatile.Write(ref _rings, [.. _rings, ring]);
        }
        return ring;
    }

    /// <summary>Begins to watch for a connection.</summary>
    /// <returns>The watcher; null when there are enough already, or the server stops.</returns>
    public Watcher? Add(Connection connection, WatchKinds kinds)
    {
        lock (_gate)
        {
            if (_watchers.Length == WatchersMax || _isStopping)
            {
                return null;
            }
            StartFormatter();
            var watcher = new Watcher(this, connection, kinds, Volatile.Read(ref _gid) + 1, _watcherBytes);
            SetWatchers([.. _watchers, watcher]);
            WakeFormatter();
            return watcher;
        }
    }

    /// <summary>Shows as much of requests and answers as so many -v want, from now on.</summary>
    public void SetVerbosity(int level)
    {
        lock (_gate)
        {
            bool isWanted = level >= Transcript.LevelMin && options.VerboseOutput is not null;
            if (_isStopping || (!isWanted && _transcript is null))
            {
                return;
            }
            StartFormatter();
            _transcript ??= new Transcript(options.VerboseOutput!);
            _transcript.SetLevel(level);
            SetWatchers(_watchers);
            WakeFormatter();
        }
    }

    /// <summary>Shows something that no thread of the driver has done.</summary>
    public void Show(LogLine line, int descriptor, string text)
    {
        if ((_kinds & WatchKinds.Transcript) != 0)
        {
            var entry = new LogEntry { Line = line, Descriptor = descriptor };
            WriteShared(ref entry, Encoding.UTF8.GetBytes(text));
            WakeIfPressed();
        }
    }

    /// <summary>A watcher has gone.</summary>
    public void Remove(Watcher watcher)
    {
        lock (_gate)
        {
            SetWatchers(Array.FindAll(_watchers, each => !ReferenceEquals(each, watcher)));
        }
    }

    /// <summary><c>stats detail on</c> or <c>off</c>.</summary>
    public void CountPrefixes(bool isOn)
    {
        lock (_gate)
        {
            _kinds = isOn ? _kinds | WatchKinds.Prefixes : _kinds & ~WatchKinds.Prefixes;
        }
    }

    /// <summary>Numbers an event and notes its time.</summary>
    public void Stamp(ref LogEntry entry)
    {
        entry.Gid = Interlocked.Increment(ref _gid);
        entry.UnixMicroseconds = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>A ring was written to; not under a lock of the store.</summary>
    public void Written(LogRing ring)
    {
        if (ring.IsHalfFull || _shared is { IsHalfFull: true })
        {
            WakeFormatter();
        }
    }

    /// <summary>An item makes room for others; under its stripe's lock.</summary>
    public void Evicted(scoped ItemView item, uint now)
    {
        var entry = new LogEntry
        {
            Line = LogLine.Eviction,
            Status = item.IsFetched ? (byte)1 : (byte)0,
            Ttl = item.Expiry == 0 ? -1 : (long)item.Expiry - now,
            AccessAge = now - item.LastAccess,
            SizeClass = (byte)item.SizeClass,
            Size = item.ValueLength,
        };
        WriteShared(ref entry, item.Key);
    }

    /// <summary>A client has come, or goes.</summary>
    public void Connected(LogLine line, Connection connection, CloseReason reason)
    {
        if ((_kinds & WatchKinds.ConnectionEvents) != 0)
        {
            var entry = new LogEntry { Line = line, Descriptor = connection.Descriptor, Status = (byte)reason };
            WriteShared(ref entry, Encoding.UTF8.GetBytes(connection.PeerName));
            WakeIfPressed();
        }
    }

    /// <summary>Something has happened to the server: a word, then names and values.</summary>
    public void Happened(string text)
    {
        if ((_kinds & WatchKinds.SystemEvents) != 0)
        {
            var entry = new LogEntry { Line = LogLine.SystemEvent };
            WriteShared(ref entry, Encoding.UTF8.GetBytes(text));
            WakeIfPressed();
        }
    }

    /// <summary><c>stats reset</c>.</summary>
    public void ResetTotals()
    {
        lock (_gate)
        {
            _base = Sum();
        }
    }

    /// <summary>Makes the formatter leave and waits for it; connections end for themselves.</summary>
    public void Stop()
    {
        Thread? thread;
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }
            _isStopping = true;
            thread = _thread;
        }
        WakeFormatter();
        thread?.Join();
        _transcript?.Stop();
    }

    private static int BytesOf(CacheServerOptions options, string name, int kilobytes)
    {
        const int BytesMax = 1 << 30;
        bool isSet = options.TuningEcho.TryGetValue(name, out string? text) && long.TryParse(text, out _);
        return isSet ? (int)Math.Clamp(long.Parse(text!, null), 0, BytesMax) : kilobytes * 1024;
    }

    // Under the gate.
    private void StartFormatter()
    {
        if (_thread is null)
        {
            _shared = AddRing();
            _thread = new Thread(Run) { Name = "larder-watch", IsBackground = true };
            _thread.Start();
        }
    }

    // Under the gate.
    private void SetWatchers(Watcher[] watchers)
    {
        WatchKinds kinds = _kinds & WatchKinds.Prefixes;
        ILogSink[] sinks = _transcript is null ? [.. watchers] : [.. watchers, _transcript];
        foreach (ILogSink sink in sinks)
        {
            kinds |= sink.Wanted;
        }
        _watchers = watchers;
        Volatile.Write(ref _sinks, sinks);
        store.EvictionObserver = (kinds & WatchKinds.Evictions) != 0 ? this : null;
        _kinds = kinds; // last: who finds a kind finds a ring
    }

    private void WriteShared(ref LogEntry entry, ReadOnlySpan<byte> text)
    {
        SpinGate.Enter(ref _sharedGate);
        Stamp(ref entry);
        _shared!.Write(ref entry, text);
        SpinGate.Exit(ref _sharedGate);
    }

    private void WakeIfPressed()
    {
        if (_shared!.IsHalfFull)
        {
            WakeFormatter();
        }
    }

    private void WakeFormatter()
    {
        if (!_isRung)
        {
            lock (_bell)
            {
                _isRung = true;
                Monitor.Pulse(_bell);
            }
        }
    }

    private WatchTotals Sum()
    {
        var totals = new WatchTotals
        {
            Watchers = _watchers.Length,
            Skipped = Volatile.Read(ref _skipped),
            Sent = Volatile.Read(ref _sent),
        };
        foreach (LogRing ring in _rings)
        {
            totals.Written += ring.Written;
            totals.Dropped += ring.Dropped;
        }
        return totals;
    }

    private void Run()
    {
        try
        {
            bool isLast = false;
            while (!isLast)
            {
                AwaitBell((_kinds & ~WatchKinds.Prefixes) == WatchKinds.None ? Timeout.Infinite : PeriodMs);
                isLast = _isStopping; // what was told before the stop is still brought
                Bring(Volatile.Read(ref _sinks));
            }
        }
        catch (Exception error)
        {
            Environment.FailFast("larder-watch died", error);
        }
    }

    private void Bring(ILogSink[] sinks)
    {
        long dropped = 0;
        foreach (LogRing ring in Volatile.Read(ref _rings))
        {
            Format(ring, sinks);
            dropped += ring.Dropped;
        }
        foreach (ILogSink sink in sinks)
        {
            if (sink is Transcript transcript)
            {
                transcript.Skip(dropped - _droppedTold);
            }
            sink.Deliver();
        }
        _droppedTold = dropped;
    }

    /// <summary>The bell is silent again before anybody looks: who writes later rings it again.</summary>
    private void AwaitBell(int timeoutMs)
    {
        lock (_bell)
        {
            if (!_isRung && !_isStopping)
            {
                Monitor.Wait(_bell, timeoutMs);
            }
            _isRung = false;
        }
    }

    /// <summary>Takes what stands in a ring now: one that fills all the time does not keep the others.</summary>
    private void Format(LogRing ring, ILogSink[] sinks)
    {
        long end = ring.Head;
        while (ring.TryRead(end, out LogEntry entry, out ReadOnlySpan<byte> text))
        {
            WatchKinds kind = LogFormatter.KindOf(entry.Line);
            ReadOnlySpan<byte> line = default;
            foreach (ILogSink sink in sinks)
            {
                if ((sink.Kinds & kind) == 0 || entry.Gid < sink.FirstGid)
                {
                    continue;
                }
                line = line.IsEmpty ? _formatter.Format(in entry, text) : line;
                bool hasRoom = sink.TryAppend(line);
                if (sink is Transcript)
                {
                    continue; // the counters of `stats` are those of `watch`
                }
                if (hasRoom)
                {
                    Volatile.Write(ref _sent, _sent + 1);
                }
                else
                {
                    Volatile.Write(ref _skipped, _skipped + 1);
                }
            }
            ring.Free(in entry);
        }
    }
}
