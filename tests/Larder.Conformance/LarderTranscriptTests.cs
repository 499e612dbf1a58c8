using Larder.Cache.Serving;
using Larder.Conformance.Scripting;
using Larder.Conformance.Targets;
using Xunit;

namespace Larder.Conformance;

/// <summary>Every transcript against Larder: on both drivers and both triggers, however its bytes are cut.</summary>
public sealed class LarderTranscriptTests
{
    public static TheoryData<string, CacheDriver, CacheTrigger> TranscriptsOnAll()
    {
        var data = new TheoryData<string, CacheDriver, CacheTrigger>();
        foreach (string name in Transcript.Names)
        {
            foreach (CacheDriver driver in Enum.GetValues<CacheDriver>())
            {
                foreach (CacheTrigger trigger in Enum.GetValues<CacheTrigger>())
                    data.Add(name, driver, trigger);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(TranscriptsOnAll))]
    public void Transcript_sent_whole_to_larder_is_answered_as_written(
        string name, CacheDriver driver, CacheTrigger trigger) => Run(name, driver, trigger, SendMode.Whole);

    [Theory]
    [MemberData(nameof(TranscriptsOnAll))]
    public void Transcript_sent_byte_by_byte_to_larder_is_answered_as_written(
        string name, CacheDriver driver, CacheTrigger trigger) => Run(name, driver, trigger, SendMode.ByteByByte);

    [Theory]
    [MemberData(nameof(TranscriptsOnAll))]
    public void Transcript_pipelined_to_larder_is_answered_as_written(
        string name, CacheDriver driver, CacheTrigger trigger) => Run(name, driver, trigger, SendMode.Pipelined);

    private static void Run(string name, CacheDriver driver, CacheTrigger trigger, SendMode mode)
    {
        Transcript transcript = Transcript.Load(name);
        using LarderServer server = LarderServer.Start(driver, trigger, transcript.ServerArguments);
        IReadOnlyList<string> failures =
            TranscriptRunner.Run(transcript, server.EndPoint, mode, null, clockMoves: true);
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }
}
