using System.Diagnostics;
using System.Net;
using System.Text;
using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Text;

namespace Larder.Bench.Pausing;

/// <summary>
/// Loads one server from one thread: requests at fixed times over a few connections, orders over another.
/// </summary>
/// <remarks>
/// While a run with a rate goes on the thread never sleeps, and each time round and before each reading of replies it
/// notes the time, so that its own gaps are known (<see cref="WaitRecord"/>). It allocates nothing then, but for the
/// few orders. A server that stands still fills the connections' output; what finds no room there is sent later, and
/// its wait has begun all the same. Everything here belongs to the front end's thread while a run goes on, to the
/// conductor in between.
/// </remarks>
internal sealed class PauseLoad : ITurnHook, IDisposable
{
    /// <summary>How often it is looked whether answers still come.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the load thread may take to begin: it is never blocked, only busy.</summary>
    private static readonly TimeSpan s_mailLimit = TimeSpan.FromMinutes(1);

    /// <summary>The first request is due so long after a run began, in nanoseconds.</summary>
    private const long LeadNs = 1_000_000;

    /// <summary>Milliseconds for the connections' end; no answer is awaited then.</summary>
    private const int StopLimitMs = 1000;

    /// <summary>Requests under way on a connection: at 2,500 a second those of 1.6 s.</summary>
    private const int DepthMax = 4096;

    /// <summary>The same without a rate: enough that the server never waits for the generator.</summary>
    private const int DepthWithoutRate = 4;

    private readonly EndPoint _endPoint;
    private readonly BurstWriter _writer;
    private readonly TimeSpan _answerLimit;
    private readonly BurstConnection[] _connections;
    private readonly OrderConnection _orders;
    private readonly LoadSignals _signals = new(threads: 1);

    // owner: the front end's thread while a run goes on
    private BurstRun? _run;
    private BurstPart[] _parts = [];
    private WaitRecord? _waits;
    private long _until;
    private int _requests;
    private int _next;
    private int _nextOrder;
    private int _processor;

    public PauseLoad(EndPoint endPoint, PauseOptions options, BurstWriter writer)
    {
        _endPoint = endPoint;
        _writer = writer;
        _answerLimit = options.AnswerLimit;
        FrontEnd = new FrontEnd(0, new DriverOptions
        {
            Threads = 1,
            Hook = this,
            ThreadNamePrefix = "larder-pauses",
            OutputHighBytes = long.MaxValue, // a server that stands still is what this is about
            RunawayLimit = int.MaxValue,
        });
        _connections = new BurstConnection[options.Connections];
        for (int i = 0; i < _connections.Length; i++)
            _connections[i] = new BurstConnection(this, DepthMax);
        _orders = new OrderConnection(this);
    }

    /// <summary>The thread and its poller.</summary>
    public FrontEnd FrontEnd { get; }

    /// <summary>What was answered. Others may read it; what they see was true a moment ago.</summary>
    public LoadTally Tally { get; } = new();

    /// <summary>Opens the connections.</summary>
    /// <exception cref="BenchException">The server is not there.</exception>
    public void Connect()
    {
        FrontEnd.Start();
        try
        {
            foreach (BurstConnection connection in _connections)
                Connector.Connect(_endPoint, connection, FrontEnd);
            Connector.Connect(_endPoint, _orders, FrontEnd);
        }
        catch (ConnectException e)
        {
            throw new BenchException(
                $"{_endPoint}: {e.Message}; start a server there, or name another one with --target", e);
        }
    }

    /// <summary>Lets time pass.</summary>
    /// <exception cref="BenchException">A connection broke.</exception>
    public void Wait(TimeSpan time)
    {
        if (time > TimeSpan.Zero && _signals.Failed.WaitOne(time))
            throw new BenchException($"{_endPoint}: {_signals.Failure}");
    }

    /// <summary>Sends the requests of a run, and waits for the last answer.</summary>
    /// <exception cref="BenchException">The server breaks off, answers nothing any more, or stores nothing.</exception>
    public BurstOutcome Run(BurstRun run)
    {
        LoadCounts before = Tally.Read();
        int ordersBefore = _orders.Answers.Count;
        _signals.Drained.Reset();
        _signals.FirstErrorReply = null;
        using var begin = new CallMail<bool>(() => Begin(run));
        FrontEnd.Post(begin);
        begin.Wait(s_mailLimit);
        WaitForEnd();
        LoadCounts counts = Tally.Read() - before;
        if (counts.Stored == 0)
        {
            throw new BenchException($"{_endPoint}: stored nothing, its first answer was '{_signals.FirstErrorReply}'; "
                + "a target must accept the classic protocol's set");
        }

        return new BurstOutcome(
            _waits?.Summarize(),
            counts.Errors,
            _signals.FirstErrorReply,
            [.. _orders.Answers.Skip(ordersBefore)],
            _processor);
    }

    /// <inheritdoc/>
    public long OnTurn(Turn turn)
    {
        if (_run is null)
            return -1;
        long now = Stopwatch.GetTimestamp();
        if (_waits is null)
        {
            AskWithoutRate(now);
            return -1;
        }

        _waits.Look(now);
        while (_next < _requests && _waits.Due(_next) <= now && TryAskNext(_connections[_next % _connections.Length]))
        {
        }

        GiveOrder(_run.Orders);
        return 0;
    }

    /// <summary>The generator runs at this time.</summary>
    public void Look(long now) => _waits?.Look(now);

    /// <summary>What a request consists of.</summary>
    public BurstContent ContentOf(int request)
    {
        int part = 0;
        for (; request >= _parts[part].Requests; part++)
            request -= _parts[part].Requests;
        return _parts[part].Content;
    }

    /// <summary>Appends a request.</summary>
    public void Append(WriteQueue output, int request) => _writer.Append(output, ContentOf(request), request);

    /// <summary>Counts a reply.</summary>
    public void Count(in TextReply reply)
    {
        if (reply.Kind == TextReplyKind.Stored)
        {
            Tally.Stored++;
        }
        else if (reply.Kind != TextReplyKind.End)
        {
            Tally.Errors++;
            _signals.FirstErrorReply ??= Encoding.Latin1.GetString(reply.Line);
        }
    }

    /// <summary>A request is answered.</summary>
    public void Answer(int request, long now)
    {
        Tally.Requests++;
        _waits?.Answer(request, now);
    }

    /// <summary>Ends the run, and tells the conductor, when everything is answered.</summary>
    public void CheckDrained()
    {
        if (_run is null || _orders.IsBusy || _nextOrder < _run.Orders.Count)
            return;
        if (_next < _requests && Stopwatch.GetTimestamp() < _until)
            return;
        foreach (BurstConnection connection in _connections)
        {
            if (connection.UnderWay > 0)
                return;
        }

        _run = null;
        _signals.Drained.Signal();
    }

    /// <summary>The run cannot go on.</summary>
    public void Fail(string what) => _signals.Fail(what);

    public void Dispose()
    {
        FrontEnd.StopAndJoin(StopMode.Fast, StopLimitMs);
        FrontEnd.Dispose();
        _signals.Dispose();
    }

    private bool Begin(BurstRun run)
    {
        long start = Stopwatch.GetTimestamp() + LeadNs;
        _run = run;
        _parts = [.. run.Parts];
        _requests = run.Requests;
        _next = 0;
        _nextOrder = 0;
        _until = start + (long)run.Limit.TotalNanoseconds;
        _processor = Thread.GetCurrentProcessorId();
        _waits = run.Rate == 0 ? null : new WaitRecord(_requests, run.Rate, start);
        return true;
    }

    private void WaitForEnd()
    {
        long lastChange = Stopwatch.GetTimestamp();
        long seen = -1;
        int signalled;
        WaitHandle[] events = [_signals.Drained.WaitHandle, _signals.Failed];
        while ((signalled = WaitHandle.WaitAny(events, s_tick)) == WaitHandle.WaitTimeout)
        {
            (long now, long answered) = (Stopwatch.GetTimestamp(), Tally.Requests);
            lastChange = answered == seen ? lastChange : now;
            seen = answered;
            if (Stopwatch.GetElapsedTime(lastChange, now) > _answerLimit)
            {
                throw new BenchException(
                    $"{_endPoint}: no answer for {_answerLimit.TotalSeconds} seconds; it hangs, or is no memcached");
            }
        }

        if (signalled == 1)
            throw new BenchException($"{_endPoint}: {_signals.Failure}");
    }

    private void AskWithoutRate(long now)
    {
        foreach (BurstConnection connection in _connections)
        {
            while (_next < _requests && now < _until && connection.UnderWay < DepthWithoutRate)
                TryAskNext(connection);
        }

        CheckDrained(); // the time may have ended with nothing under way
    }

    private bool TryAskNext(BurstConnection connection)
    {
        if (!connection.TryAsk(_next, out bool isFirst))
            return false;
        _next++;
        if (isFirst)
            FrontEnd.GiveTurn(connection);
        return true;
    }

    private void GiveOrder(IReadOnlyList<TimedOrder> orders)
    {
        if (_nextOrder == orders.Count || _next < orders[_nextOrder].Request || _orders.IsBusy)
            return;
        _orders.Give(orders[_nextOrder++].Line);
        FrontEnd.GiveTurn(_orders);
    }
}
