using Larder.Protocol.Binary;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Binary;

public class BinaryRequestReaderTests
{
    private static readonly string[] s_keyed =
    [
        "Get", "GetQ", "GetK", "GetKQ", "Delete", "DeleteQ", "SaslAuth", "SaslStep", "Append", "AppendQ", "Prepend",
        "PrependQ", "Touch", "Gat", "GatQ", "GatK", "GatKQ", "Set", "SetQ", "Add", "AddQ", "Replace", "ReplaceQ",
        "Increment", "IncrementQ", "Decrement", "DecrementQ",
    ];

    private static readonly string[] s_valued =
    [
        "SaslAuth", "SaslStep", "Append", "AppendQ", "Prepend", "PrependQ", "Set", "SetQ", "Add", "AddQ", "Replace",
        "ReplaceQ",
    ];

    private static readonly string[] s_words =
        ["Touch", "Gat", "GatQ", "GatK", "GatKQ", "Flush", "FlushQ", "Verbosity"];

    /// <summary>
    /// Aim: the table says of every frame what the protocol says. Method: all opcodes with all small lengths, compared
    /// with rules that are written down another way, by name.
    /// </summary>
    [Fact]
    public void Header_with_every_combination_of_lengths_has_the_status_of_the_rules()
    {
        int[] keyLengths = [0, 1, 2, 249, 250, 251, 300];
        for (int opcode = 0; opcode <= byte.MaxValue; opcode++)
        for (int extras = 0; extras <= 24; extras++)
        foreach (int keyLength in keyLengths)
        for (int missing = 0; missing <= 2; missing++)
        for (int valueLength = 0; valueLength <= 2; valueLength++)
        {
            int body = extras + keyLength + valueLength - missing;
            if (body < 0)
                continue;
            BinaryRequest request = default;
            byte[] header = Header((byte)opcode, keyLength, extras, (uint)body);
            Assert.Equal(ParseStatus.Complete, BinaryRequestReader.ReadHeader(header, ref request));
            (BinaryStatus wanted, bool closes) = Rule((byte)opcode, keyLength, extras, body);
            string what = $"opcode {opcode:x2} key {keyLength} extras {extras} body {body}";
            Assert.True(wanted == request.Error, $"{what}: {request.Error}, not {wanted}");
            Assert.True(closes == request.MustClose, what);
            if (!closes)
                Assert.Equal(BinaryFrame.HeaderLength + body, request.FrameLength);
        }
    }

    [Theory]
    [InlineData(BinaryFrame.BodyLengthMax, BinaryStatus.Success)]
    [InlineData(BinaryFrame.BodyLengthMax + 1u, BinaryStatus.InvalidArguments)]
    [InlineData(int.MaxValue, BinaryStatus.InvalidArguments)]
    [InlineData(uint.MaxValue, BinaryStatus.InvalidArguments)]
    public void Body_longer_than_the_largest_item_is_refused(uint body, BinaryStatus status)
    {
        BinaryRequest request = default;
        BinaryRequestReader.ReadHeader(Header((byte)BinaryOpcode.Set, 1, 8, body), ref request);
        Assert.Equal(status, request.Error);
        Assert.Equal(status != BinaryStatus.Success, request.MustClose);
    }

    [Fact]
    public void First_byte_that_is_no_request_closes_before_the_header_has_come()
    {
        BinaryRequest request = default;
        Assert.Equal(ParseStatus.Close, BinaryRequestReader.ReadHeader("g"u8, ref request));
        Assert.Equal(ParseStatus.Close, BinaryRequestReader.ReadHeader(new byte[30], ref request));
        Assert.Equal(ParseStatus.Incomplete, BinaryRequestReader.ReadHeader([], ref request));
    }

    [Fact]
    public void Frame_cut_at_every_byte_waits_and_then_is_the_whole_frame()
    {
        foreach (string text in BinaryCorpus.Requests)
        {
            byte[] frame = Bytes.Of(text);
            string whole = BinaryDescription.Read(frame);
            for (int length = 0; length < frame.Length; length++)
            {
                string part = BinaryDescription.Read(frame[..length]);
                bool waits = part == "Incomplete" || part.Contains(" needs ", StringComparison.Ordinal)
                    || part.EndsWith(" waits", StringComparison.Ordinal);
                Assert.True(waits || part == whole, $"{length} bytes: {part}, whole: {whole}");
            }
        }
    }

    [Fact]
    public void Frames_one_behind_the_other_are_read_as_if_alone()
    {
        string[] good = [.. BinaryCorpus.Requests.Where(t => Kept(t) > 0)];
        byte[] all = Bytes.Of(string.Concat(good));
        int at = 0;
        foreach (string text in good)
        {
            Assert.Equal(BinaryDescription.Read(Bytes.Of(text)), BinaryDescription.Read(all[at..]));
            at += Kept(text);
        }
        Assert.Equal(all.Length, at);
        Assert.True(good.Length > 40);
    }

    [Fact]
    public void Every_name_of_an_opcode_is_known_and_quiet_ones_name_their_loud_twin()
    {
        foreach (BinaryOpcode opcode in Enum.GetValues<BinaryOpcode>())
        {
            ref readonly BinaryRule rule = ref BinaryRules.Of((byte)opcode);
            string name = opcode.ToString();
            Assert.True(rule.IsKnown, name);
            Assert.Equal(name.EndsWith('Q'), rule.IsQuiet);
            Assert.Equal(name.TrimEnd('Q'), rule.Command.ToString());
        }
        Assert.Equal(Enum.GetValues<BinaryOpcode>().Length, Enumerable.Range(0, 256).Count(o => IsKnown((byte)o)));
    }

    private static bool IsKnown(byte opcode) => BinaryRules.Of(opcode).IsKnown;

    private static int Kept(string frame)
    {
        BinaryRequest request = default;
        BinaryRequestReader.ReadHeader(Bytes.Of(frame), ref request);
        return request.MustClose ? 0 : request.FrameLength;
    }

    private static (BinaryStatus Status, bool Closes) Rule(byte opcode, int keyLength, int extras, int body)
    {
        int value = body - keyLength - extras;
        if (value < 0)
            return (BinaryStatus.UnknownCommand, true);
        if (keyLength > 250)
            return (BinaryStatus.InvalidArguments, true);
        string? name = Enum.GetName((BinaryOpcode)opcode);
        if (name is null)
            return (BinaryStatus.UnknownCommand, false);
        bool isStat = name == "Stat";
        int extrasWanted = s_words.Contains(name) ? 4
            : name.TrimEnd('Q') is "Increment" or "Decrement" ? 20
            : name.TrimEnd('Q') is "Set" or "Add" or "Replace" ? 8
            : 0;
        bool goodExtras = extras == extrasWanted
            || (extras == 0 && name.StartsWith("Flush", StringComparison.Ordinal));
        bool goodKey = isStat || s_keyed.Contains(name) == keyLength > 0;
        bool goodValue = value == 0 || s_valued.Contains(name);
        return goodExtras && goodKey && goodValue
            ? (BinaryStatus.Success, false)
            : (BinaryStatus.InvalidArguments, true);
    }

    private static byte[] Header(byte opcode, int keyLength, int extras, uint body) =>
    [
        0x80, opcode, (byte)(keyLength >> 8), (byte)keyLength, (byte)extras, 0, 0, 0,
        (byte)(body >> 24), (byte)(body >> 16), (byte)(body >> 8), (byte)body,
        1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 9,
    ];
}
