using Larder.Events.Driving;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Driving;

/// <summary>Who may take events, and who has to stand by.</summary>
public sealed class WorkerGateTests
{
    [Fact]
    public void Worker_beyond_the_places_waits_until_one_leaves_and_the_last_who_came_goes_first()
    {
        using var gate = new WorkerGate(2, "clock");
        using var first = new Worker(gate);
        using var second = new Worker(gate);
        using var third = new Worker(gate);
        using var fourth = new Worker(gate);
        first.Enter();
        second.Enter();
        third.BeginToEnter();
        fourth.BeginToEnter();
        first.Run(place => place.Leave());
        fourth.Entered();
        Assert.False(third.Place.IsWaiting);
        second.Run(place => place.Leave());
        third.Entered();
        Assert.Equal(0, gate.Lent);
    }

    [Fact]
    public void Worker_that_is_about_to_wait_lends_its_place_and_stands_by_after_its_event()
    {
        using var gate = new WorkerGate(1, "clock");
        using var first = new Worker(gate);
        using var second = new Worker(gate);
        first.Enter();
        second.BeginToEnter();
        first.Run(place => place.Begin());
        first.Run(_ => LongCall.Begins());
        second.Entered();
        first.Run(_ => LongCall.Begins()); // it has nothing to lend any more
        Assert.Equal(1, gate.Lent);
        first.Begin(place => place.End());
        Until.True(() => gate.StandingBy == 1, "the first stands by");
        Assert.False(first.Place.IsWaiting);
        second.Run(place => place.Leave());
        first.Entered();
    }

    [Fact]
    public void Place_is_not_lent_while_another_worker_waits_for_an_event()
    {
        using var gate = new WorkerGate(2, "clock");
        using var first = new Worker(gate);
        using var second = new Worker(gate);
        using var third = new Worker(gate);
        first.Enter();
        second.Enter();
        third.BeginToEnter();
        first.Run(place => place.Begin());
        first.Run(_ => LongCall.Begins());
        Assert.Equal(0, gate.Lent);
        second.Run(place => place.Begin());
        first.Run(_ => LongCall.Begins());
        third.Entered();
        Assert.Equal(1, gate.Lent);
    }

    [Fact]
    public void Place_that_nobody_wants_is_taken_back_at_once()
    {
        using var gate = new WorkerGate(1, "clock");
        using var worker = new Worker(gate);
        worker.Enter();
        worker.Run(place => place.Begin());
        worker.Run(_ => LongCall.Begins());
        Assert.Equal(0, gate.Lent);
        worker.Run(place => place.End());
        Assert.True(worker.Place.IsWaiting);
    }

    [Fact]
    public void Long_call_of_a_thread_that_is_no_worker_lends_nothing()
    {
        using var gate = new WorkerGate(1, "clock");
        using var first = new Worker(gate);
        using var second = new Worker(gate);
        first.Enter();
        first.Run(place => place.Begin());
        second.BeginToEnter();
        LongCall.Begins();
        Assert.True(first.Place.IsWorking);
        first.Run(place => place.Leave());
        second.Entered();
    }

    [Fact]
    public void Clock_lends_the_place_of_every_worker_that_is_stuck_whoever_comes_when()
    {
        using var gate = new WorkerGate(1, "clock");
        gate.Start();
        Worker[] workers = [.. Enumerable.Range(0, 5).Select(_ => new Worker(gate))];
        workers[0].Enter();
        workers[0].Run(place => place.Begin());
        for (int i = 1; i < workers.Length; i++)
        {
            workers[i].Begin(place => place.Enter()); // the clock sleeps: nobody could be let in until now
            workers[i].Entered();
            workers[i].Run(place => place.Begin());
        }
        Assert.Equal(workers.Length - 1, gate.Stuck);
        Assert.Equal(workers.Length - 1, gate.Lent);
        workers[0].Begin(place => place.End());
        Until.True(() => workers[0].Place.IsWaiting, "it is let in again, since the last one is stuck too");
        Array.ForEach(workers, worker => worker.Dispose());
    }

    /// <summary>
    /// Aim: nobody is left outside for ever, however entering, lending and leaving come together.
    /// Method: eight threads with events, lent and not, on two places, with the clock; each must come through all of
    /// its rounds, and at the end all places are free: as many can enter as there are.
    /// </summary>
    [Fact]
    public void Workers_that_lend_and_come_back_all_get_their_turns()
    {
        const int Rounds = 2_000;
        using var gate = new WorkerGate(2, "clock");
        gate.Start();
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(number => new Thread(() =>
        {
            var random = new Random(number);
            var place = new WorkerPlace(gate);
            gate.Add(place);
            place.Enter();
            for (int i = 0; i < Rounds; i++)
            {
                place.Begin();
                if (random.Next(3) == 0)
                {
                    LongCall.Begins();
                }
                place.End();
            }
            place.Leave();
            gate.Remove(place);
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(LineClient.DeadlineMs), "a worker was left outside"));
        using var first = new Worker(gate);
        using var second = new Worker(gate);
        first.Enter();
        second.Enter();
    }

    /// <summary>A worker on a thread of its own that does what it is told.</summary>
    private sealed class Worker : IDisposable
    {
        private readonly System.Collections.Concurrent.BlockingCollection<Action> _tasks = [];
        private readonly Thread _thread;
        private readonly WorkerGate _gate;

        public Worker(WorkerGate gate)
        {
            _gate = gate;
            Place = new WorkerPlace(gate);
            gate.Add(Place);
            _thread = new Thread(() =>
            {
                foreach (Action task in _tasks.GetConsumingEnumerable())
                {
                    task();
                }
                Place.Leave();
            }) { IsBackground = true };
            _thread.Start();
        }

        public WorkerPlace Place { get; }

        public void Enter()
        {
            Run(place => place.Enter());
            Assert.True(Place.IsWaiting);
        }

        public void BeginToEnter()
        {
            int before = _gate.StandingBy;
            Begin(place => place.Enter());
            Until.True(() => _gate.StandingBy > before, "it waits outside");
        }

        public void Entered() => Until.True(() => Place.IsWaiting, "it was let in");

        public void Begin(Action<WorkerPlace> action) => _tasks.Add(() => action(Place));

        public void Run(Action<WorkerPlace> action)
        {
            using var done = new ManualResetEventSlim();
            Begin(place =>
            {
                action(place);
                done.Set();
            });
            Assert.True(done.Wait(LineClient.DeadlineMs), "a worker was stuck");
        }

        public void Dispose()
        {
            _tasks.CompleteAdding();
            Assert.True(_thread.Join(LineClient.DeadlineMs), "a worker was left outside");
            _gate.Remove(Place);
            _tasks.Dispose();
        }
    }
}
