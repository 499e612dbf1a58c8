using Larder.Cache.Commands;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Xunit;

namespace Larder.Conformance.Faults;

/// <summary>
/// Aim: a stop takes no answer away. Method: clients pipeline increments without a pause while the server is stopped,
/// and read to the end of their streams; the answers that they got are counted against what the server executed.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class StopTests
{
    private const int Clients = 8;
    private const long AnswersBefore = 20_000;

    public static TheoryData<CacheDriver, CacheTrigger, bool> All()
    {
        var data = new TheoryData<CacheDriver, CacheTrigger, bool>();
        foreach (CacheDriver driver in Enum.GetValues<CacheDriver>())
        {
            foreach (CacheTrigger trigger in Enum.GetValues<CacheTrigger>())
            {
                data.Add(driver, trigger, false);
                data.Add(driver, trigger, true);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Stop_under_full_load_delivers_every_answer(CacheDriver driver, CacheTrigger trigger, bool graceful)
    {
        using LarderServer server = LarderServer.Start(driver, trigger, []);
        using var load = new IncrementLoad(server, Clients);
        load.AwaitAnswers(AnswersBefore);
        server.Server.Stop(graceful);
        long answered = load.CountToTheEnd();
        long executed = server.Server.Driver.Turns.Sum(turn => ((CacheThread)turn.State!).Counters.IncrHits);
        Assert.Equal(executed, answered);
    }

    /// <summary>
    /// SIGTERM and SIGINT stop at once, SIGUSR1 when the time for clients to leave is over: the streams end in order,
    /// the exit code is 0.
    /// </summary>
    [Theory]
    [InlineData(15)]
    [InlineData(2)]
    [InlineData(10)]
    public void Signal_under_load_ends_the_process_in_order(int signal)
    {
        using LarderProcess server = LarderProcess.Start(["-t", "2", "-o", "drain_timeout=1"]);
        using var load = new IncrementLoad(server, Clients);
        load.AwaitAnswers(AnswersBefore);
        Assert.Equal(0, server.Stop(signal));
        load.CountToTheEnd();
    }
}
