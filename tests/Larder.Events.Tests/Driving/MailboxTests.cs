using Larder.Events.Driving;
using Larder.Events.Polling;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Driving;

/// <summary>Mail runs in order, on the owner's thread, never inline, some at a time; none is forgotten.</summary>
public sealed class MailboxTests : IDisposable
{
    private readonly FrontEnd _frontEnd = new(0, new DriverOptions());

    public MailboxTests() => _frontEnd.Start();

    [Fact]
    public void Mail_of_one_poster_runs_in_order_on_the_owners_thread()
    {
        var seen = new List<int>();
        var threads = new HashSet<int>();
        var done = new ManualResetEventSlim();
        for (int i = 0; i < 10_000; i++)
        {
            int number = i;
            _frontEnd.Post(new Note(_ =>
            {
                seen.Add(number);
                threads.Add(Environment.CurrentManagedThreadId);
                if (number == 9_999)
                {
                    done.Set();
                }
            }));
        }
        Assert.True(done.Wait(LineClient.DeadlineMs));
        Assert.Equal(Enumerable.Range(0, 10_000), seen);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
        Assert.Single(threads);
    }

    [Fact]
    public void Mail_posted_by_the_owner_runs_after_the_message_that_posted_it()
    {
        var order = new List<string>();
        var done = new ManualResetEventSlim();
        _frontEnd.Post(new Note(_ =>
        {
            _frontEnd.Post(new Note(_ =>
            {
                order.Add("inner");
                done.Set();
            }));
            order.Add("outer");
        }));
        Assert.True(done.Wait(LineClient.DeadlineMs));
        Assert.Equal(["outer", "inner"], order);
    }

    [Fact]
    public void Mail_beyond_what_one_cycle_runs_leaves_sockets_their_turn()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        using LineClient client = server.Connect();
        FrontEnd frontEnd = server.Server.Turns[0].FrontEnd!;
        int ran = 0;
        var done = new ManualResetEventSlim();
        frontEnd.Post(new Note(_ =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                frontEnd.Post(new Note(_ =>
                {
                    if (++ran == 1_000)
                    {
                        done.Set();
                    }
                }));
            }
        }));
        Assert.True(done.Wait(LineClient.DeadlineMs));
        Assert.Equal("x", client.Ask("echo x"));
        Assert.True(server.Sum(counters => counters.MailYields) >= 3);
    }

    [Fact]
    public void Endless_mail_leaves_sockets_their_turn()
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        using LineClient client = server.Connect();
        Assert.Equal("x", client.Ask("echo x"));
        FrontEnd frontEnd = server.Server.Turns[0].FrontEnd!;
        bool goesOn = true;
        var chain = new Chain(frontEnd, () => Volatile.Read(ref goesOn));
        frontEnd.Post(chain);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal("y", client.Ask("echo y"));
        }
        // One message a cycle: each waits until sockets and the ring have had their turn.
        Assert.InRange(server.Sum(counters => counters.MailRun), 1, server.Sum(counters => counters.Waits));
        Volatile.Write(ref goesOn, false);
    }

    [Fact]
    public void A_million_posts_of_three_threads_to_an_owner_that_often_sleeps_all_run()
    {
        // Each poster keeps at most one message on its way, so the owner goes idle over and over again and each post
        // needs its wake-up: one that is lost stops a poster for good.
        const int Each = 60_000;
        Thread[] posters = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() => Play(_frontEnd.Post, Each)))];
        Array.ForEach(posters, poster => poster.Start());
        foreach (Thread poster in posters)
        {
            Assert.True(poster.Join(5 * LineClient.DeadlineMs), "a message was lost");
        }
        var bulk = new CountdownEvent(3 * 300_000);
        Thread[] floods = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 300_000; i++)
            {
                _frontEnd.Post(new Note(_ => bulk.Signal()));
            }
        }))];
        Array.ForEach(floods, flood => flood.Start());
        Assert.True(bulk.Wait(2 * LineClient.DeadlineMs));
    }

    [Fact]
    public void Late_signal_of_a_message_that_was_taken_with_another_does_not_silence_later_ones()
    {
        // A poster is held up between pushing and signalling while the owner takes its message along with another's.
        using var poller = new Poller();
        using var batch = new PollBatch(4);
        using var waker = new Waker(poller, PollMode.Edge);
        var mailbox = new Mailbox(waker);
        int ran = 0;
        mailbox.Post(new Note(_ => ran++));
        Assert.Equal(1, poller.Wait(batch, -1).Int);
        mailbox.Push(new Note(_ => ran++));
        Assert.Equal(1, mailbox.Drain(null!, 1));
        mailbox.Signal();
        Assert.Equal(1, poller.Wait(batch, 0).Int);
        Assert.Equal(1, mailbox.Drain(null!, 1));
        Assert.Equal(2, ran);
        while (mailbox.HasMail)
        {
            mailbox.Drain(null!, 1); // the owner must not wait before it has taken note of that signal
        }
        mailbox.Post(new Note(_ => ran++));
        Assert.Equal(1, poller.Wait(batch, 0).Int);
        Assert.Equal(1, mailbox.Drain(null!, 1));
        Assert.False(mailbox.HasMail);
    }

    [Fact]
    public void Mail_posted_before_the_stop_still_runs()
    {
        int ran = 0;
        for (int i = 0; i < 5_000; i++)
        {
            _frontEnd.Post(new Note(_ => ran++));
        }
        _frontEnd.StopAndJoin(StopMode.Fast, 0);
        Assert.Equal(5_000, ran);
    }

    public void Dispose() => _frontEnd.Dispose();

    private static void Play(Action<Mail> post, int rounds)
    {
        int answered = 0;
        var note = new Note(_ => Volatile.Write(ref answered, answered + 1));
        var spinner = new SpinWait();
        for (int i = 1; i <= rounds; i++)
        {
            post(note);
            while (Volatile.Read(ref answered) < i)
            {
                spinner.SpinOnce(-1);
            }
        }
    }

    private sealed class Note(Action<Turn> action) : Mail
    {
        protected internal override void Run(Turn turn) => action(turn);
    }

    private sealed class Chain(FrontEnd frontEnd, Func<bool> goesOn) : Mail
    {
        protected internal override void Run(Turn turn)
        {
            if (goesOn())
            {
                frontEnd.Post(this);
            }
        }
    }
}
