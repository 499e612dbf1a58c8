using System.Diagnostics;
using Larder.Bench;

namespace Larder.Tests.Bench;

public sealed class OpenLoopTests
{
    private static readonly TimeSpan s_stall = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Aim: a stall of the server is counted for every request that was due while it lasted. Method: 1000 requests a
    /// second for a second, and a server that stands still for 0.4 s in between: 40 % of the requests are due within
    /// the stall and wait 0.2 s in the mean, so one in four of all waits longer than 0.1 s.
    /// </summary>
    [Fact]
    public void Stalled_server_is_seen_by_all_requests_that_were_due()
    {
        RoundResult round = Run(rate: 1000);
        Assert.InRange(round.Latency.Count / round.Seconds, 850, 1150);
        Assert.InRange(round.Latency.ValueAt(0.80) / 1e6, 90, 5000);
        Assert.InRange(round.Latency.Max / 1e6, 390, 5000);
        Assert.Equal(0, round.Counts.Errors);
    }

    /// <summary>The contrast: a closed loop sends nothing during the stall and so hardly sees it.</summary>
    [Fact]
    public void Closed_loop_hides_the_stall_but_for_the_longest()
    {
        RoundResult round = Run(rate: 0);
        Assert.InRange(round.Latency.ValueAt(0.80) / 1e6, 0, 90);
        Assert.InRange(round.Latency.Max / 1e6, 390, 5000);
    }

    [Fact]
    public void Requests_that_are_never_answered_count_with_their_age_and_as_errors()
    {
        using var signals = new LoadSignals(1);
        var options = new BenchOptions { Targets = [], Rate = 1000, Keys = 10 };
        using var thread = new LoadThread(new LoadPlan(options), 0, LoadMode.Mixed, 1, signals);
        thread.BeginMeasuring(); // before anything is due
        thread.StartSchedule();
        long start = Stopwatch.GetTimestamp();
        SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start).TotalMilliseconds > 50);
        thread.EndMeasuring();
        thread.GiveUp();
        Assert.InRange(thread.Tally.Errors, 10, 200);
        Assert.Equal(thread.Tally.Errors, thread.Latency.Count);
        Assert.InRange(thread.Latency.Max / 1e6, 20, 1000);
    }

    [Fact]
    public void Schedule_has_the_mean_and_the_spread_of_independent_arrivals()
    {
        const int arrivals = 100_000;
        var schedule = new ArrivalSchedule(1000, start: 0, seed: 5);
        double[] gapsMs = new double[arrivals];
        long before = 0;
        for (int i = 0; i < arrivals; i++)
        {
            long due = schedule.Take();
            gapsMs[i] = (due - before) / 1e6;
            before = due;
        }

        double mean = gapsMs.Average();
        double deviation = Math.Sqrt(gapsMs.Average(gap => (gap - mean) * (gap - mean)));
        Assert.InRange(mean, 0.98, 1.02);
        Assert.InRange(deviation, 0.97, 1.03);
        Assert.True(gapsMs.Min() >= 0);
    }

    private static RoundResult Run(int rate)
    {
        using var server = new StallingServer(s_stall);
        var options = new BenchOptions
        {
            Targets = [new BenchTarget($"{server.EndPoint}", "stalling", null)],
            Connections = 4,
            Depth = 2,
            Keys = 10,
            GetShare = 1,
            Fill = false,
            Rate = rate,
            Rounds = 1,
            Warmup = TimeSpan.Zero,
            Duration = TimeSpan.FromSeconds(1),
        };
        return Assert.Single(new BenchRunner(options, new RecordedProgress(server.StallOnce)).Run().Rounds);
    }
}
