using Larder.Events.Driving;

namespace Larder.Events.Tests.Driving;

/// <summary>
/// Aim: a timer fires once, never early, at most a tick late. Method: simulated time, random operations beside a list
/// that is searched naively; then the cases where callbacks change the wheel that runs them.
/// </summary>
public sealed class TimerWheelTests
{
    private const int Tick = TimerWheel.TickMs;

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Random_operations_agree_with_a_naive_model(int seed)
    {
        var random = new Random(seed);
        long nowMs = random.Next(1_000_000);
        var wheel = new TimerWheel(nowMs);
        var timers = Enumerable.Range(0, 100).Select(_ => new Probe()).ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            Probe timer = timers[random.Next(timers.Length)];
            switch (random.Next(10))
            {
                case 0:
                    wheel.Cancel(timer);
                    timer.DueMs = null;
                    break;
                case < 4:
                    int delayMs = random.Next(20) == 0 ? random.Next(200_000) : random.Next(3_000);
                    wheel.Schedule(timer, nowMs, delayMs);
                    timer.DueMs = nowMs + delayMs;
                    break;
                default:
                    nowMs += random.Next(200) == 0 ? random.Next(150_000) : random.Next(Tick);
                    wheel.Advance(nowMs);
                    break;
            }
            Assert.All(timers, probe => probe.Check(nowMs));
            Assert.Equal(timers.Count(probe => probe.DueMs != null), wheel.Count);
        }
    }

    [Fact]
    public void Timer_within_one_tick_fires_at_the_next_and_not_before()
    {
        var wheel = new TimerWheel(1_000);
        var timer = new Probe();
        wheel.Schedule(timer, 1_050, 10);
        wheel.Advance(1_099);
        Assert.Equal(0, timer.Fired);
        wheel.Advance(1_100);
        Assert.Equal(1, timer.Fired);
        wheel.Advance(100_000);
        Assert.Equal(1, timer.Fired);
    }

    [Fact]
    public void Ticks_look_only_at_timers_of_their_own_slot()
    {
        var wheel = new TimerWheel(0);
        for (int i = 0; i < 1000; i++)
            wheel.Schedule(new Probe(), 0, 30_000 + i % 10 * Tick);
        for (long nowMs = 0; nowMs < 30_000; nowMs += Tick)
            wheel.Advance(nowMs);
        Assert.Equal(0, wheel.Seen);
        wheel.Advance(30_000);
        Assert.Equal(100, wheel.Seen);
        wheel.Advance(31_000);
        Assert.Equal(1000, wheel.Seen);
    }

    [Fact]
    public void Timer_beyond_a_round_waits_for_its_own()
    {
        var wheel = new TimerWheel(0);
        var timer = new Probe();
        wheel.Schedule(timer, 0, 200_000); // a round takes 51.2 s
        for (long nowMs = 0; nowMs < 200_000; nowMs += Tick)
        {
            wheel.Advance(nowMs);
            Assert.Equal(0, timer.Fired);
        }
        wheel.Advance(200_000);
        Assert.Equal(1, timer.Fired);
    }

    [Fact]
    public void Long_pause_fires_everything_once()
    {
        var wheel = new TimerWheel(0);
        Probe[] timers = [.. Enumerable.Range(0, 2_000).Select(_ => new Probe())];
        for (int i = 0; i < timers.Length; i++)
        {
            wheel.Schedule(timers[i], 0, i * 77);
        }
        wheel.Advance(10_000_000);
        Assert.All(timers, timer => Assert.Equal(1, timer.Fired));
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Callback_that_schedules_again_fires_at_the_next_tick()
    {
        var wheel = new TimerWheel(0);
        var timer = new Probe();
        timer.Action = nowMs => wheel.Schedule(timer, nowMs, 0);
        wheel.Schedule(timer, 0, 0);
        for (int tick = 1; tick <= 10; tick++)
        {
            wheel.Advance(tick * Tick);
            Assert.Equal(tick, timer.Fired);
        }
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Callback_that_moves_a_timer_due_with_it_moves_it(bool cancels)
    {
        // All are due at once; the first that runs takes the others out of the list that is being run.
        var wheel = new TimerWheel(0);
        Probe[] timers = [.. Enumerable.Range(0, 5).Select(_ => new Probe())];
        var bystander = new Probe();
        wheel.Schedule(bystander, 0, 5_000);
        foreach (Probe timer in timers)
        {
            timer.Action = nowMs =>
            {
                foreach (Probe other in timers.Where(other => other != timer && nowMs == Tick))
                {
                    if (cancels)
                    {
                        wheel.Cancel(other);
                    }
                    else
                    {
                        wheel.Schedule(other, nowMs, 5_000);
                    }
                }
            };
            wheel.Schedule(timer, 0, 50);
        }
        wheel.Advance(Tick);
        Assert.Equal(1, timers.Sum(timer => timer.Fired));
        Assert.Equal(cancels ? 1 : 5, wheel.Count);
        wheel.Advance(Tick + 5_000);
        Assert.Equal(cancels ? 1 : 5, timers.Sum(timer => timer.Fired));
        Assert.Equal(1, bystander.Fired);
    }

    [Fact]
    public void Empty_wheel_that_gets_a_timer_says_so_once()
    {
        int told = 0;
        var wheel = new TimerWheel(0, () => told++);
        wheel.Schedule(new Probe(), 0, 100);
        wheel.Schedule(new Probe(), 0, 100);
        Assert.Equal(1, told);
        Assert.Equal(100, wheel.MillisecondsToNextTick(0));
        Assert.Equal(1, wheel.MillisecondsToNextTick(99));
        wheel.Advance(200);
        Assert.Equal(-1, wheel.MillisecondsToNextTick(200));
    }

    [Fact]
    public void Threads_that_schedule_while_one_advances_lose_no_timer()
    {
        const int Each = 20_000;
        var wheel = new TimerWheel(0);
        long nowMs = 0;
        Probe[][] all = [.. Enumerable.Range(0, 3).Select(_ => new Probe[Each])];
        Thread[] threads = [.. all.Select(mine => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                mine[i] = new Probe();
                wheel.Schedule(mine[i], Volatile.Read(ref nowMs), i % 3_000);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        while (threads.Any(thread => thread.IsAlive))
        {
            wheel.Advance(Interlocked.Add(ref nowMs, 10));
        }
        wheel.Advance(nowMs + 10_000);
        Assert.Equal(0, wheel.Count);
        Assert.All(all.SelectMany(mine => mine), timer => Assert.Equal(1, timer.Fired));
    }

    private sealed class Probe : TimerEntry
    {
        private long? _lateMs;

        public long? DueMs { get; set; }

        public int Fired { get; private set; }

        public Action<long>? Action { get; set; }

        /// <summary>Not fired before it was due; fired if the tick after it has passed.</summary>
        public void Check(long nowMs)
        {
            Assert.True(_lateMs is null or >= 0, $"fired {-_lateMs} ms early");
            Assert.True(DueMs is not { } due || nowMs < due + Tick, "more than a tick late");
        }

        protected internal override void OnExpired(long nowMs)
        {
            Fired++;
            _lateMs = nowMs - DueMs;
            DueMs = null;
            Action?.Invoke(nowMs);
        }
    }
}
