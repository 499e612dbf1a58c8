using Larder.Conformance.Scripting;
using Larder.Conformance.Targets;
using Xunit;

namespace Larder.Conformance;

/// <summary>
/// Every transcript against Debian's memcached: what the transcripts ask of Larder is what memcached does, apart from
/// the differences that KnownDifferences.txt lists, each with its reason. Not byte by byte: then memcached 1.6.18 loses
/// queued answers or not as the reads happen to fall.
/// </summary>
public sealed class OracleTranscriptTests
{
    private static readonly KnownDifferences s_differences = KnownDifferences.Load();

    public static TheoryData<string> Transcripts() => new(Transcript.Names);

    [Theory]
    [MemberData(nameof(Transcripts))]
    public void Transcript_sent_whole_to_memcached_is_answered_as_written(string name) => Run(name, SendMode.Whole);

    [Theory]
    [MemberData(nameof(Transcripts))]
    public void Transcript_pipelined_to_memcached_is_answered_as_written(string name) => Run(name, SendMode.Pipelined);

    [Fact]
    public void Known_differences_each_name_an_exchange_that_exists()
    {
        foreach (KnownDifference difference in s_differences.All)
        {
            Transcript transcript = Transcript.Load(difference.Transcript);
            Section? section = transcript.Sections.FirstOrDefault(s => s.Name == difference.Section);
            Assert.True(section is not null, $"{difference.Heading}: no such section");
            Assert.True(
                section.Steps.Any(s => s.Number == difference.Exchange), $"{difference.Heading}: no such exchange");
        }
    }

    private static void Run(string name, SendMode mode)
    {
        Assert.SkipWhen(OracleServer.MissingBecause is not null, OracleServer.MissingBecause ?? "");
        Transcript transcript = Transcript.Load(name);
        using OracleServer oracle = OracleServer.Start(transcript.ServerArguments);
        IReadOnlyList<string> failures =
            TranscriptRunner.Run(transcript, oracle.EndPoint, mode, s_differences, clockMoves: false);
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }
}
