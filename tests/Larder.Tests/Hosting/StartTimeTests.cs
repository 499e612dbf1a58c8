using System.Diagnostics;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// Aim: from ./larder cache to the first answer in well under a second. Method: the best of a few starts, alone on
/// the machine, since others' work would be measured with it.
/// </summary>
[CollectionDefinition("alone", DisableParallelization = true)]
[Collection("alone")]
public sealed class StartTimeTests
{
    private const int Starts = 5;
    private static readonly TimeSpan s_wellUnderASecond = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Start_to_first_answer_takes_well_under_a_second()
    {
        await SourceTree.Built;
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < Starts; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            using CacheProcess cache = await CacheProcess.Start("-p -1");
            await cache.Ask("version");
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
            if (elapsed < best) best = elapsed;
            await cache.Signal("TERM");
            await cache.Finish();
        }

        Assert.InRange(best, TimeSpan.Zero, s_wellUnderASecond);
    }
}
