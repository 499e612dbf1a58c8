using Larder.Monitoring;
using Xunit;

namespace Larder.Tests.Monitoring;

/// <summary>Aim: thresholds of the judge. Method: probes as letters, a for an answer and f for a failure.</summary>
public sealed class ServerJudgeTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("aaa", "uuu")]
    [InlineData("ff", "uu")]
    [InlineData("fff", "uud")]
    [InlineData("ffaff", "uuuuu")]
    [InlineData("ffafff", "uuuuud")]
    [InlineData("fffa", "uudd")]
    [InlineData("fffaa", "uuddu")]
    [InlineData("fffafaa", "uuddddu")]
    [InlineData("fffaafff", "uudduuud")]
    public void Verdict_follows_three_failures_and_two_answers(string probes, string verdicts)
    {
        ServerJudge judge = new(downAfter: 3, upAfter: 2);
        string seen = "";
        foreach (char probe in probes)
        {
            bool before = judge.IsUp;
            bool changed = judge.Hear(probe == 'a');
            Assert.Equal(before != judge.IsUp, changed);
            seen += judge.IsUp ? 'u' : 'd';
        }

        Assert.Equal(verdicts, seen);
    }

    [Fact]
    public void Verdict_of_thresholds_of_one_follows_every_probe()
    {
        ServerJudge judge = new(1, 1);

        Assert.True(judge.Hear(isAnswer: false));
        Assert.True(judge.Hear(isAnswer: true));
        Assert.True(judge.IsUp);
    }
}
