using Larder.Protocol.Binary;
using Larder.Protocol.Tests;
using Larder.Protocol.Tests.Binary;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Fuzz;

/// <summary>
/// Aim: the binary readers neither throw nor read outside their input, and understand every input as the slow parser
/// does, however it is cut. Method: mutated frames in arrays of exactly their size, one behind the other.
/// </summary>
public class BinaryFuzz
{
    [Fact]
    public void Binary_requests_agree_with_the_slow_parser() => FuzzRun.Run(BinaryCorpus.Requests, ReadRequests);

    [Fact]
    public void Binary_responses_are_read_whole_or_not_at_all() => FuzzRun.Run(BinaryCorpus.Responses, ReadReplies);

    private static void ReadRequests(byte[] input)
    {
        for (int at = 0; at < input.Length;)
        {
            byte[] rest = input[at..];
            Assert.Equal(SlowBinaryParser.Describe(Bytes.Text(rest)), BinaryDescription.Read(rest));
            BinaryRequest request = default;
            if (BinaryRequestReader.ReadHeader(rest, ref request) != ParseStatus.Complete
                || request.MustClose || rest.Length < request.FrameLength)
                return;
            byte[] half = rest[..(request.FrameLength / 2)];
            Assert.Equal(SlowBinaryParser.Describe(Bytes.Text(half)), BinaryDescription.Read(half));
            at += request.FrameLength;
        }
    }

    private static void ReadReplies(byte[] input)
    {
        BinaryReply reply = default;
        for (int at = 0; BinaryResponseReader.Read(input.AsSpan(at), ref reply) == ReplyStatus.Complete;)
        {
            string whole = BinaryDescription.ReadReply(input[at..]);
            at += (int)reply.TotalLength;
            Assert.Equal(whole, BinaryDescription.ReadReply(input[(at - (int)reply.TotalLength)..at]));
            Assert.True(BinaryFrame.HeaderLength + reply.Key.Length + reply.Value.Length <= reply.TotalLength);
        }
    }
}
