using Larder.Bench.Pausing;

namespace Larder.Tests.Bench.Pausing;

/// <summary>
/// What is counted, with made-up times: requests are due every 100 us from 0 on, and the generator looks around every
/// 50 us unless a test says otherwise.
/// </summary>
public sealed class WaitRecordTests
{
    private const long Us = 1000;

    [Fact]
    public void Quick_answers_are_no_pauses()
    {
        WaitSummary summary = Summarize(requests: 1000, waitUs: _ => 30);
        Assert.Equal(new WaitSummary(1000, 30 * Us, 30 * Us, 30 * Us, 30 * Us, 0, 0, 0, 0), summary);
    }

    /// <summary>
    /// The server stands still from 10 ms to 15 ms: the request of 10 ms waits for 5 ms, that of 14.9 ms for 0.1 ms;
    /// those due before 14 ms wait for more than a millisecond.
    /// </summary>
    [Fact]
    public void Pause_is_counted_once_and_by_all_that_were_due()
    {
        WaitSummary summary = Summarize(1000, due => due is >= 10_000 and < 15_000 ? 15_000 - due : 30);
        Assert.Equal((40, 1, 5000 * Us), (summary.Above, summary.Pauses, summary.Longest));
        Assert.Equal((0, 0), (summary.Gaps, summary.InGaps));
    }

    [Fact]
    public void Pauses_with_a_quick_answer_between_them_are_two()
    {
        WaitSummary summary = Summarize(100, due => due is 1000 or 1100 or 1300 ? 1001 : 30);
        Assert.Equal((3, 2), (summary.Above, summary.Pauses));
    }

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1001, 1)]
    public void Pause_is_longer_than_a_millisecond(long waitUs, long pauses) =>
        Assert.Equal(pauses, Summarize(10, _ => waitUs).Pauses);

    [Fact]
    public void Quantiles_are_those_of_the_waits()
    {
        WaitSummary summary = Summarize(10_000, due => (due / 100) + 1); // 1 to 10,000 us, one of each
        Assert.Equal(
            (9900 * Us, 9990 * Us, 9999 * Us, 10_000 * Us),
            (summary.P99, summary.P999, summary.P9999, summary.Longest));
    }

    [Fact]
    public void Quantiles_of_one_request_are_its_wait()
    {
        WaitSummary summary = Summarize(1, _ => 7);
        Assert.Equal((7 * Us, 7 * Us, 7 * Us), (summary.P99, summary.P9999, summary.Longest));
    }

    /// <summary>The generator did not run from 10 to 15 ms, and sent then what was due: the server was quick.</summary>
    [Fact]
    public void Gap_of_the_generator_is_no_wait_of_the_requests_that_were_due_in_it()
    {
        WaitSummary summary = Summarize(
            1000, due => due is >= 10_000 and < 15_000 ? 15_030 - due : 30, (10_000, 15_000));
        Assert.Equal((0, 0, 30 * Us), (summary.Above, summary.Pauses, summary.Longest));
        Assert.Equal((1, 50), (summary.Gaps, summary.InGaps));
    }

    /// <summary>
    /// The server stands still from 10 to 15 ms, the generator from 12 to 13 ms: 4 ms of the first wait are left.
    /// </summary>
    [Fact]
    public void Gap_within_a_pause_is_taken_off_and_leaves_the_rest()
    {
        WaitSummary summary = Summarize(
            1000, due => due is >= 10_000 and < 15_000 ? 15_000 - due : 30, (12_000, 13_000));
        Assert.Equal((1, 1, 4000 * Us), (summary.Pauses, summary.Gaps, summary.Longest));
        Assert.Equal(30, summary.InGaps); // those due from 10 to 13 ms
    }

    /// <summary>An answer that came while the generator did not run may have come at once.</summary>
    [Fact]
    public void Answers_read_behind_a_gap_count_until_its_beginning()
    {
        WaitSummary summary = Summarize(300, due => due == 9900 ? 5100 : 30, (10_000, 15_000));
        Assert.Equal((0, 100 * Us), (summary.Pauses, summary.Longest));
    }

    [Fact]
    public void Gaps_are_taken_off_each_on_its_own()
    {
        (long, long)[] gaps = [(2000, 3000), (4000, 6000), (8000, 8600)];
        WaitSummary summary = Summarize(100, due => due == 1000 ? 8000 : 30, gaps);
        Assert.Equal((3, (8000 - 3600) * Us), (summary.Gaps, summary.Longest));
    }

    [Theory]
    [InlineData(500, 0)]
    [InlineData(501, 1)]
    public void Gap_is_longer_than_half_a_millisecond(long gapUs, long gaps)
    {
        var record = new WaitRecord(1, 10_000, start: 0);
        record.Look(gapUs * Us);
        record.Answer(0, gapUs * Us);
        Assert.Equal(gaps, record.Summarize().Gaps);
    }

    /// <param name="requests">How many.</param>
    /// <param name="waitUs">From when a request is due to when its answer is read, both in microseconds.</param>
    /// <param name="gaps">When the generator did not run, in microseconds, in their order.</param>
    private static WaitSummary Summarize(int requests, Func<long, long> waitUs, params (long Start, long End)[] gaps)
    {
        var record = new WaitRecord(requests, rate: 10_000, start: 0);
        for (long now = 0; now <= requests * 100; now += 50)
        {
            if (!gaps.Any(gap => now > gap.Start && now < gap.End))
                record.Look(now * Us);
        }

        for (int i = 0; i < requests; i++)
            record.Answer(i, record.Due(i) + (waitUs(i * 100) * Us));
        return record.Summarize();
    }
}
