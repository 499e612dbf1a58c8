using System.Net.Sockets;
using Larder.Client.Routing;
using Larder.Monitoring;
using Xunit;

namespace Larder.Tests.Monitoring;

/// <summary>Aim: what counts as an answer, and what does not. Method: servers with all kinds of faults.</summary>
public sealed class ServerProbeTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Server_that_answers_is_asked_over_one_connection()
    {
        using ProbeTarget target = new();
        using ServerProbe probe = Probe(target);
        for (int i = 0; i < 5; i++)
        {
            ProbeOutcome outcome = await probe.Ask(TestContext.Current.CancellationToken);
            Assert.Null(outcome.Failure);
            Assert.InRange(outcome.Latency, TimeSpan.FromTicks(1), s_long);
        }

        Assert.Equal(1, target.ConnectionCount);
    }

    [Fact]
    public async Task Server_that_answers_byte_by_byte_answers()
    {
        using ProbeTarget target = new() { IsSlow = true };

        Assert.Null(await Failure(target));
    }

    [Fact]
    public async Task Server_that_closes_idle_connections_is_asked_again_at_once()
    {
        using ProbeTarget target = new() { IsBrief = true };
        using ServerProbe probe = Probe(target);
        for (int i = 0; i < 5; i++)
            Assert.Null((await probe.Ask(TestContext.Current.CancellationToken)).Failure);

        Assert.Equal(5, target.ConnectionCount);
    }

    [Fact]
    public async Task Question_of_the_meta_protocol_has_its_own_answer()
    {
        using ProbeTarget target = new("MN\r\n");

        Assert.Null(await Failure(target, ProbeQuestion.Mn));
        Assert.Equal("it answers 'MN'", await Failure(target));
    }

    [Theory]
    [InlineData("ERROR\r\n", "it answers 'ERROR'")]
    [InlineData("a\tb\u0001c\n", "it answers 'a?b?c'")]
    [InlineData("", "it closes the connection")]
    public async Task Answer_that_is_none_is_a_failure(string answer, string failure)
    {
        using ProbeTarget target = new(answer);

        Assert.Equal(failure, await Failure(target));
    }

    [Fact]
    public async Task Answer_without_an_end_is_a_failure()
    {
        using ProbeTarget target = new(new string('V', 4000));

        Assert.Equal("its answer has no end", await Failure(target));
    }

    [Fact]
    public async Task Server_that_says_nothing_fails_after_the_timeout()
    {
        using ProbeTarget target = new(answer: null);
        using ServerProbe probe = new(
            ServerAddress.Parse(target.Address), ProbeQuestion.Version, TimeSpan.FromMilliseconds(40));

        Assert.Equal(
            "no answer within 40 ms", (await probe.Ask(TestContext.Current.CancellationToken)).Failure);
        target.Answer = ProbeTarget.Version;
        ProbeOutcome second = default;
        for (int i = 0; i < 1000 && !(second = await probe.Ask(TestContext.Current.CancellationToken)).IsAnswer; i++)
            await Task.Yield();

        Assert.Null(second.Failure);
        Assert.InRange(target.ConnectionCount, 2, int.MaxValue);
    }

    [Fact]
    public async Task Server_that_is_not_there_is_a_failure()
    {
        ProbeTarget target = new();
        target.Dispose();

        Assert.Equal(new SocketException((int)SocketError.ConnectionRefused).Message, await Failure(target));
    }

    [Fact]
    public async Task Socket_that_is_not_there_is_a_failure()
    {
        using ServerProbe probe = new(
            ServerAddress.Parse("/nowhere/larder.sock"), ProbeQuestion.Version, TimeSpan.FromSeconds(30));

        Assert.NotNull((await probe.Ask(TestContext.Current.CancellationToken)).Failure);
    }

    private static async Task<string?> Failure(ProbeTarget target, ProbeQuestion question = ProbeQuestion.Version)
    {
        using ServerProbe probe = Probe(target, question);
        return (await probe.Ask(TestContext.Current.CancellationToken)).Failure;
    }

    private static ServerProbe Probe(ProbeTarget target, ProbeQuestion question = ProbeQuestion.Version) =>
        new(ServerAddress.Parse(target.Address), question, s_long);
}
