using System.Diagnostics;
using System.Net;
using Larder.Events.Driving;
using Larder.Events.Tls;
using Larder.Events.Wire;

namespace Larder.Bench;

/// <summary>
/// The load threads and connections of one round against one target, from connecting to the last answer. The thread
/// that made it conducts it; disposing it ends connections and threads.
/// </summary>
internal sealed class LoadSession : IDisposable
{
    /// <summary>How often progress is shown.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a load thread may take to answer the conductor: it is never blocked, only busy.</summary>
    private static readonly TimeSpan s_mailLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long the last answers, or the idle connections' only ones, may take.</summary>
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(10);

    /// <summary>Milliseconds for the connections' end; no answer is awaited then.</summary>
    private const int StopLimitMs = 1000;

    private readonly LoadPlan _plan;
    private readonly EndPoint _endPoint;
    private readonly LoadSignals _signals;
    private readonly TlsClient? _tls;
    private readonly LoadThread[] _threads;
    private LoadCounts _countsAtStart;
    private long _measureStart;

    public LoadSession(LoadPlan plan, EndPoint endPoint, LoadMode mode, ulong seed)
    {
        _plan = plan;
        _endPoint = endPoint;
        _signals = new LoadSignals(plan.Options.Threads);
        _tls = LoadTls(plan.Options.Tls);
        _threads = new LoadThread[plan.Options.Threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new LoadThread(plan, i, mode, seed, _signals);
            _threads[i].FrontEnd.Start();
        }
    }

    /// <summary>Opens so many silent connections and waits until the server has answered on each.</summary>
    public void ConnectIdle(int count)
    {
        using var answered = new CountdownEvent(count);
        for (int i = 0; i < count; i++)
            Connect(new IdleConnection(answered, _signals), _threads[i % _threads.Length]);
        if (WaitHandle.WaitAny([answered.WaitHandle, _signals.Failed], s_answerLimit) != 0)
            throw Failure($"only {count - answered.CurrentCount} of {count} idle connections were answered");
    }

    /// <summary>Opens the active connections; a closed loop begins at once on each.</summary>
    public void Connect()
    {
        for (int i = 0; i < _plan.Options.Connections; i++)
        {
            LoadThread thread = _threads[i % _threads.Length];
            thread.Reopen = () => Reconnect(thread);
            Connect(new LoadConnection(thread, _plan), thread);
        }

        Ask(thread =>
        {
            thread.StartSchedule();
            return true;
        });
    }

    /// <summary>Lets it run for a time.</summary>
    /// <param name="time">How long.</param>
    /// <param name="show">Told the share of the time that is over, and the requests a second.</param>
    /// <exception cref="BenchException">A connection broke.</exception>
    public void Wait(TimeSpan time, Action<double, double> show)
    {
        long start = Stopwatch.GetTimestamp();
        long requests = RequestsNow();
        TimeSpan left;
        while ((left = time - Stopwatch.GetElapsedTime(start)) > TimeSpan.Zero)
        {
            if (_signals.Failed.WaitOne(left < s_tick ? left : s_tick))
                throw Failure("broke off");
            TimeSpan past = Stopwatch.GetElapsedTime(start);
            show(Math.Min(1, past / time), (RequestsNow() - requests) / past.TotalSeconds);
        }
    }

    /// <summary>Waits until everything that a fill sends is answered.</summary>
    public LoadCounts RunToEnd(Action<double, double> show)
    {
        long start = Stopwatch.GetTimestamp();
        WaitHandle[] events = [_signals.Drained.WaitHandle, _signals.Failed];
        int signalled;
        while ((signalled = WaitHandle.WaitAny(events, s_tick)) == WaitHandle.WaitTimeout)
        {
            long requests = RequestsNow();
            show((double)requests / _plan.Options.Keys, requests / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        if (signalled == 1)
            throw Failure("broke off");
        if (_signals.FirstErrorReply is string reply)
            throw new BenchException($"{_endPoint}: a set was answered with '{reply}'");
        return Sum(Ask(thread => thread.Tally.Read()));
    }

    /// <summary>Begins the measured window.</summary>
    public void BeginMeasuring()
    {
        _countsAtStart = Sum(Ask(thread => thread.BeginMeasuring()));
        _measureStart = Stopwatch.GetTimestamp();
    }

    /// <summary>Ends the measured window; nothing new is sent.</summary>
    public MeasuredLoad EndMeasuring()
    {
        double seconds = Stopwatch.GetElapsedTime(_measureStart).TotalSeconds;
        return new MeasuredLoad(seconds, Sum(Ask(thread => thread.EndMeasuring())) - _countsAtStart);
    }

    /// <summary>Waits for the answers that are still under way, and ends the connections.</summary>
    public void Drain()
    {
        WaitHandle.WaitAny([_signals.Drained.WaitHandle, _signals.Failed], s_answerLimit);
        StopThreads();
        foreach (LoadThread thread in _threads)
            thread.GiveUp();
    }

    /// <summary>The latencies of all threads, after <see cref="Drain"/>.</summary>
    public LatencyHistogram CollectLatency()
    {
        var sum = new LatencyHistogram();
        foreach (LoadThread thread in _threads)
            sum.Add(thread.Latency);
        return sum;
    }

    public void Dispose()
    {
        StopThreads();
        foreach (LoadThread thread in _threads)
            thread.Dispose();
        _signals.Dispose();
        _tls?.Dispose();
    }

    private static TlsClient? LoadTls(TlsClientOptions? options)
    {
        try
        {
            return options is null ? null : new TlsClient(options);
        }
        catch (TlsException e)
        {
            throw new BenchException(e.Message, e);
        }
    }

    private void StopThreads()
    {
        foreach (LoadThread thread in _threads)
            thread.FrontEnd.StopAndJoin(StopMode.Fast, StopLimitMs);
    }

    private void Connect(Connection connection, LoadThread thread)
    {
        try
        {
            Connector.Connect(_endPoint, connection, thread.FrontEnd, _tls);
        }
        catch (ConnectException e)
        {
            throw new BenchException($"{_endPoint}: {e.Message}", e);
        }
    }

    /// <summary>On the load thread: a connection takes the place of one that has sent its share.</summary>
    private void Reconnect(LoadThread thread)
    {
        try
        {
            Connector.Connect(_endPoint, new LoadConnection(thread, _plan), thread.FrontEnd, _tls);
        }
        catch (ConnectException e)
        {
            thread.Fail(e.Message);
        }
    }

    /// <summary>Runs something on every load thread, on all at the same time, and waits for their answers.</summary>
    private T[] Ask<T>(Func<LoadThread, T> question)
    {
        CallMail<T>[] mails = Array.ConvertAll(_threads, thread =>
        {
            var mail = new CallMail<T>(() => question(thread));
            thread.FrontEnd.Post(mail);
            return mail;
        });
        return Array.ConvertAll(mails, mail =>
        {
            using (mail)
                return mail.Wait(s_mailLimit);
        });
    }

    private long RequestsNow() => _threads.Sum(thread => thread.Tally.Requests);

    private static LoadCounts Sum(LoadCounts[] counts) => counts.Aggregate((a, b) => a + b);

    private BenchException Failure(string otherwise) => new($"{_endPoint}: {_signals.Failure ?? otherwise}");
}
