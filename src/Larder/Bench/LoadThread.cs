using System.Diagnostics;
using System.Text;
using Larder.Events.Driving;

namespace Larder.Bench;

/// <summary>
/// One thread of load: a front end, its connections, what they send next and what was answered.
/// </summary>
/// <remarks>
/// Everything here belongs to the front end's thread once it runs; the conductor reaches it by mail and reads totals
/// only after the thread's answer. A decision allocates nothing.
/// </remarks>
internal sealed class LoadThread : ITurnHook, IDisposable
{
    /// <summary>
    /// An open loop does not sleep when the next request is due within this time: a sleeping thread comes up to 50 us
    /// late (prctl(2), PR_SET_TIMERSLACK), which would be counted as the server's latency.
    /// </summary>
    private const long SpinNs = 100_000;

    private readonly LoadMode _mode;
    private readonly LoadSignals _signals;
    private readonly BenchOptions _options;
    private readonly KeyChooser _keys;
    private readonly uint _getThreshold;
    private readonly RequestKind _getKind;
    private readonly uint _fillEnd;

    // owner: the front end's thread
    private RandomSource _random;
    private uint _fillNext;
    private ArrivalSchedule? _arrivals;
    private readonly Queue<LoadConnection> _free = new();
    private int _underWay;
    private bool _ending;
    private bool _drained;
    private long _lastDue = long.MaxValue;
    private long _measureStart = long.MaxValue;
    private long _runLatency;
    private long _runCount;

    public LoadThread(LoadPlan plan, int index, LoadMode mode, ulong seed, LoadSignals signals)
    {
        _mode = mode;
        _signals = signals;
        _options = plan.Options;
        _random = new RandomSource(RandomSource.Mix(seed + (ulong)index));
        _keys = new KeyChooser(_options.Keys, _options.Distribution);
        _getThreshold = (uint)Math.Round(_options.GetShare * uint.MaxValue);
        _getKind = _options.Multiget > 1 ? RequestKind.Multiget : RequestKind.Get;
        _fillNext = (uint)((ulong)_options.Keys * (uint)index / (uint)_options.Threads);
        _fillEnd = (uint)((ulong)_options.Keys * ((uint)index + 1) / (uint)_options.Threads);
        IsOpenLoop = mode == LoadMode.Mixed && _options.Rate > 0;
        FrontEnd = new FrontEnd(index, new DriverOptions
        {
            Threads = 1,
            Hook = this,
            ThreadNamePrefix = "larder-bench",
            InputMaxBytes = _options.ValueSize.Max + (2 * 1024 * 1024),
        });
    }

    /// <summary>The thread and its poller.</summary>
    public FrontEnd FrontEnd { get; }

    /// <summary>What was answered. Others may read it for display; what they see was true a moment ago.</summary>
    public LoadTally Tally { get; } = new();

    /// <summary>Latencies of the requests that began within the measured window, in nanoseconds.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Opens a connection in the place of one that is done. owner: the conductor, before the first.</summary>
    public Action? Reopen { get; set; }

    /// <summary>Whether requests follow a schedule instead of the replies.</summary>
    public bool IsOpenLoop { get; }

    /// <summary>Requests after which a connection makes place for another; 0: never, as when keys are stored.</summary>
    public int RequestsPerConnection => _mode == LoadMode.Mixed ? _options.Reconnect : 0;

    /// <summary>Begins the schedule of an open loop.</summary>
    public void StartSchedule()
    {
        if (IsOpenLoop)
            _arrivals = new ArrivalSchedule(_options.Rate / _options.Threads, Stopwatch.GetTimestamp(), _random.Next());
    }

    /// <summary>From now on latencies count.</summary>
    public LoadCounts BeginMeasuring()
    {
        _measureStart = Stopwatch.GetTimestamp();
        return Tally.Read();
    }

    /// <summary>Sends nothing new from now on, but what was due until now.</summary>
    public LoadCounts EndMeasuring()
    {
        _ending = true;
        _lastDue = Stopwatch.GetTimestamp();
        LoadCounts counts = Tally.Read();
        CheckDrained();
        return counts;
    }

    /// <summary>Gives up on what was due but could never be sent; only after the front end's thread has left.</summary>
    public void GiveUp()
    {
        for (; !IsScheduleOver; _underWay++)
            CountUnanswered(_arrivals!.Take());
    }

    /// <summary>
    /// Counts a request that is not answered any more, with the time that it has waited so far, and as an error.
    /// Without this the longest stall would be the one that is not seen.
    /// </summary>
    public void CountUnanswered(long start)
    {
        Tally.Errors++;
        _underWay--;
        if (start >= _measureStart)
            Latency.Record(Stopwatch.GetTimestamp() - start);
    }

    /// <summary>Decides the next request of a closed loop; false when there is none to send any more.</summary>
    public bool TryDecide(long now, out PendingRequest request)
    {
        bool isSet = _mode == LoadMode.Fill;
        request = default;
        if (isSet ? _fillNext == _fillEnd : _ending)
            return false;
        request = isSet ? new PendingRequest(now, _fillNext++, RequestKind.Set) : Choose(now);
        _underWay++;
        return true;
    }

    /// <summary>Chooses the keys of a multiget.</summary>
    public void ChooseKeys(Span<uint> keys)
    {
        foreach (ref uint key in keys)
            key = _keys.Next(ref _random);
    }

    /// <summary>
    /// Counts an answered request. Equal latencies in a row are recorded together by <see cref="FlushLatency"/>.
    /// </summary>
    public void Complete(long start, long now)
    {
        Tally.Requests++;
        _underWay--;
        if (start < _measureStart)
            return;
        long latency = now - start;
        if (latency != _runLatency)
        {
            FlushLatency();
            _runLatency = latency;
        }

        _runCount++;
    }

    /// <summary>Records what <see cref="Complete"/> has held back.</summary>
    public void FlushLatency()
    {
        if (_runCount > 0)
            Latency.Record(_runLatency, _runCount);
        _runCount = 0;
    }

    /// <summary>
    /// Open loop: the connection has room again, maybe; requests that are due go to the connections that have room, in
    /// the order in which they got it.
    /// </summary>
    public void OfferAndAssign(LoadConnection connection)
    {
        Offer(connection);
        AssignDue(Stopwatch.GetTimestamp(), connection);
    }

    /// <inheritdoc/>
    public long OnTurn(Turn turn)
    {
        if (_arrivals is null)
            return -1;
        long now = Stopwatch.GetTimestamp();
        AssignDue(now, current: null);
        if (_free.Count == 0 || IsScheduleOver)
            return -1;
        return Math.Max(0, _arrivals.Next - now - SpinNs);
    }

    /// <summary>Tells the conductor once when everything that was to be sent is answered.</summary>
    public void CheckDrained()
    {
        bool nothingToSend = _mode == LoadMode.Fill ? _fillNext == _fillEnd : _ending && IsScheduleOver;
        if (_drained || !nothingToSend || _underWay > 0)
            return;
        _drained = true;
        _signals.Drained.Signal();
    }

    /// <summary>The run cannot go on.</summary>
    public void Fail(string what) => _signals.Fail(what);

    /// <summary>Remembers the first error reply, for the message at the end.</summary>
    public void NoteError(ReadOnlySpan<byte> line)
    {
        if (_signals.FirstErrorReply is null)
            _signals.FirstErrorReply = Encoding.Latin1.GetString(line);
    }

    public void Dispose() => FrontEnd.Dispose();

    private bool IsScheduleOver => _arrivals is null || _arrivals.Next > _lastDue;

    private PendingRequest Choose(long start)
    {
        RequestKind kind = (uint)_random.Next() <= _getThreshold && _getThreshold > 0 ? _getKind : RequestKind.Set;
        return new PendingRequest(start, _keys.Next(ref _random), kind);
    }

    private void Offer(LoadConnection connection)
    {
        if (connection.IsOffered || !connection.HasRoom)
            return;
        connection.IsOffered = true;
        _free.Enqueue(connection);
    }

    private void AssignDue(long now, LoadConnection? current)
    {
        if (_arrivals is null)
            return;
        long until = Math.Min(now, _lastDue);
        while (_arrivals.Next <= until && _free.TryDequeue(out LoadConnection? connection))
        {
            connection.IsOffered = false;
            connection.Assign(Choose(_arrivals.Take()));
            _underWay++;
            Offer(connection);
            if (connection != current)
                FrontEnd.GiveTurn(connection);
        }
    }
}
