using System.Diagnostics;
using System.Net;
using System.Text;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Bench.Replaying;

/// <summary>
/// Replays a trace into one server: one thread, several connections, the requests handed out in the order of the trace.
/// </summary>
/// <remarks>
/// <code>
///   trace  ... k7 k3 k9 | k3 k1 ...     the next one is handed out when its connection has room and no get of the
///            |  |  |                    same key is unanswered; until then it and all behind it wait
///   key mod connections
///            v  v  v
///   get, pipelined; a miss is followed by its set on the same connection
/// </code>
/// So a get of a key always sees the set that an earlier get of it caused, as if the trace were replayed one request at
/// a time, and requests overtake each other by at most connections x depth. Everything here belongs to the front end's
/// thread while it runs.
/// </remarks>
internal sealed class ReplayLoad : ITurnHook, IDisposable
{
    /// <summary>How often it is looked whether answers still come.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    /// <summary>A server that answers nothing for so long is given up.</summary>
    private static readonly TimeSpan s_stallLimit = TimeSpan.FromSeconds(30);

    /// <summary>Milliseconds for the connections' end; no answer is awaited then.</summary>
    private const int StopLimitMs = 1000;

    /// <summary>Room beside one value in the input: replies are small, values come whole.</summary>
    private const int InputBytesBesideValue = 2 * 1024 * 1024;

    private readonly RequestTrace _trace;
    private readonly EndPoint _endPoint;
    private readonly FrontEnd _frontEnd;
    private readonly ReplayConnection[] _connections;
    private readonly LoadSignals _signals = new(threads: 1);
    private int _next;
    private bool _opened;

    public ReplayLoad(ReplayOptions options, RequestTrace trace, ReplayContent content, EndPoint endPoint)
    {
        _trace = trace;
        _endPoint = endPoint;
        _frontEnd = new FrontEnd(0, new DriverOptions
        {
            Threads = 1,
            Hook = this,
            ThreadNamePrefix = "larder-replay",
            InputMaxBytes = options.ValueSize.Max + InputBytesBesideValue,
        });
        _connections = new ReplayConnection[options.Connections];
        for (int i = 0; i < _connections.Length; i++)
            _connections[i] = new ReplayConnection(this, content, options.Depth);
    }

    /// <summary>What was answered. Others may read it; what they see was true a moment ago.</summary>
    public LoadTally Tally { get; } = new();

    /// <summary>The first error reply of the server; null for none.</summary>
    public string? FirstErrorReply => _signals.FirstErrorReply;

    /// <summary>Connects, replays all requests, and waits for the last answer.</summary>
    /// <returns>The time from the first request to the last answer.</returns>
    /// <exception cref="BenchException">The server is not there, breaks off, or answers nothing any more.</exception>
    public TimeSpan Run()
    {
        _frontEnd.Start();
        foreach (ReplayConnection connection in _connections)
            Connect(connection);
        long start = Stopwatch.GetTimestamp();
        using var begin = new CallMail<bool>(() => _opened = true);
        _frontEnd.Post(begin);
        begin.Wait(s_stallLimit);

        long lastChange = start;
        long seen = 0;
        int signalled;
        WaitHandle[] events = [_signals.Drained.WaitHandle, _signals.Failed];
        while ((signalled = WaitHandle.WaitAny(events, s_tick)) == WaitHandle.WaitTimeout)
        {
            (long now, long requests) = (Stopwatch.GetTimestamp(), Tally.Requests + Tally.Stored);
            lastChange = requests == seen ? lastChange : now;
            seen = requests;
            if (Stopwatch.GetElapsedTime(lastChange, now) > s_stallLimit)
                throw new BenchException($"{_endPoint}: no answer for {s_stallLimit.TotalSeconds} seconds");
        }

        return signalled == 0
            ? Stopwatch.GetElapsedTime(start)
            : throw new BenchException($"{_endPoint}: {_signals.Failure}");
    }

    /// <inheritdoc/>
    public long OnTurn(Turn turn)
    {
        if (!_opened)
            return -1;
        ReadOnlySpan<uint> requests = _trace.Requests;
        while (_next < requests.Length)
        {
            uint key = requests[_next];
            ReplayConnection connection = _connections[key % (uint)_connections.Length];
            if (!connection.TryAsk(key, out bool isFirst))
                break;
            _next++;
            if (isFirst)
                _frontEnd.GiveTurn(connection);
        }

        return -1;
    }

    /// <summary>Tells the conductor once when everything is answered.</summary>
    public void CheckDrained()
    {
        if (_next < _trace.Requests.Length || _signals.Drained.IsSet)
            return;
        foreach (ReplayConnection connection in _connections)
        {
            if (connection.IsBusy)
                return;
        }

        _signals.Drained.Signal();
    }

    /// <summary>The replay cannot go on.</summary>
    public void Fail(string what) => _signals.Fail(what);

    /// <summary>Counts an error reply, and remembers the first one.</summary>
    public void CountError(ReadOnlySpan<byte> line)
    {
        Tally.Errors++;
        _signals.FirstErrorReply ??= Encoding.Latin1.GetString(line);
    }

    public void Dispose()
    {
        _frontEnd.StopAndJoin(StopMode.Fast, StopLimitMs);
        _frontEnd.Dispose();
        _signals.Dispose();
    }

    private void Connect(ReplayConnection connection)
    {
        try
        {
            Connector.Connect(_endPoint, connection, _frontEnd);
        }
        catch (ConnectException e)
        {
            throw new BenchException($"{_endPoint}: {e.Message}", e);
        }
    }
}
