using Larder.Protocol.Meta;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Meta;

public class MetaRequestReaderTests
{
    private static readonly string s_key251 = new('k', 251);

    [Theory]
    [InlineData("mg a\r\n", "MetaGet key=a len=-1 mode=Set")]
    [InlineData("mg a v\r\n", "MetaGet key=a len=-1 mode=Set v")]
    [InlineData("  mg   a   v  t \n", "MetaGet key=a len=-1 mode=Set v t")]
    [InlineData("mg a v t f c k s O123 q\r\n", "MetaGet key=a len=-1 mode=Set v t f c k s O=123 q")]
    [InlineData("mg a N30 R-1 T60 E7 C9 F5 J6 D7 h l u x I P1 Lx MZ\r\n",
        "MetaGet key=a len=-1 mode=Set N=30 R=-1 T=60 E=7 C=9 F=5 J=6 D=7 h l u x I P L M")]
    [InlineData("mg a kfoo vbar\r\n", "MetaGet key=a len=-1 mode=Set k v")]
    [InlineData("mg a T+5\t v\t\r\n", "MetaGet key=a len=-1 mode=Set T=5 v")]
    [InlineData("mg a O\r\n", "MetaGet key=a len=-1 mode=Set O=")]
    [InlineData("mg Zm9v b k\r\n", "MetaGet key=foo len=-1 mode=Set b k")]
    [InlineData("mg Zh== k b\r\n", "MetaGet key=f len=-1 mode=Set k b")]
    [InlineData("ms a 1\r\n", "MetaSet key=a len=1 mode=Set")]
    [InlineData("ms a 0 MS T0\r\n", "MetaSet key=a len=0 mode=Set M T=0")]
    [InlineData("ms a +7 ME\r\n", "MetaSet key=a len=7 mode=Add M")]
    [InlineData("ms a 7\tz MA N60\r\n", "MetaSet key=a len=7 mode=Append M N=60")]
    [InlineData("ms a 7 MP\r\n", "MetaSet key=a len=7 mode=Prepend M")]
    [InlineData("ms a 7 MR F4294967295\r\n", "MetaSet key=a len=7 mode=Replace M F=4294967295")]
    [InlineData("ms Zm9v 3 c b\r\n", "MetaSet key=foo len=3 mode=Set c b")]
    [InlineData("md a q I T30 x\r\n", "MetaDelete key=a len=-1 mode=Set q I T=30 x")]
    [InlineData("ma a\r\n", "MetaArithmetic key=a len=-1 mode=Increment")]
    [InlineData("ma a MI\r\n", "MetaArithmetic key=a len=-1 mode=Increment M")]
    [InlineData("ma a M+ D2\r\n", "MetaArithmetic key=a len=-1 mode=Increment M D=2")]
    [InlineData("ma a MD N0 J18446744073709551615\r\n",
        "MetaArithmetic key=a len=-1 mode=Decrement M N=0 J=18446744073709551615")]
    [InlineData("ma a M-\r\n", "MetaArithmetic key=a len=-1 mode=Decrement M")]
    [InlineData("me a\r\n", "MetaDebug key=a len=-1 mode=Set")]
    [InlineData("me YQ== b\r\n", "MetaDebug key=a len=-1 mode=Set b")]
    [InlineData("me YQ== zz b v v\r\n", "MetaDebug key=a len=-1 mode=Set b")]
    public void Request_is_read(string line, string expected) => AssertReads(line, expected);

    [Fact]
    public void Numbers_without_their_flag_have_defaults()
    {
        MetaRequest request = default;
        MetaRequestReader.Read(TextCommand.MetaArithmetic, "ma a"u8, default, ref request);
        Assert.Equal(1UL, request.Delta);
        Assert.Equal(0UL, request.Initial);
        Assert.Equal(0, request.Exptime);
        Assert.False(request.IsQuiet);
        Assert.False(request.HasReturnFlags);
    }

    [Theory]
    [InlineData("mg a v q", false)]
    [InlineData("mg a v k", true)]
    [InlineData("mg a O1", true)]
    public void Return_flags_are_noticed(string line, bool expected)
    {
        MetaRequest request = default;
        MetaRequestReader.Read(TextCommand.MetaGet, Bytes.Of(line), default, ref request);
        Assert.Equal(expected, request.HasReturnFlags);
    }

    [Fact]
    public void Key_as_sent_is_kept_beside_the_decoded_one()
    {
        MetaRequest request = default;
        MetaRequestReader.Read(TextCommand.MetaGet, "mg Zm9v b k"u8, new byte[186], ref request);
        Assert.Equal("Zm9v", Bytes.Text(request.KeyText));
        Assert.Equal("foo", Bytes.Text(request.Key));
        Assert.Equal("b k", Bytes.Text(request.FlagText));
    }

    [Theory]
    [InlineData("mg a y\r\n", RequestError.MetaInvalidFlag)]
    [InlineData("mg a S1\r\n", RequestError.MetaInvalidFlag)]
    [InlineData("mg a 1\r\n", RequestError.MetaInvalidFlag)]
    [InlineData("mg a \tv\r\n", RequestError.MetaInvalidFlag)]
    [InlineData("mg a W\r\n", RequestError.MetaInvalidFlag)]
    [InlineData("mg a v v\r\n", RequestError.MetaDuplicateFlag)]
    [InlineData("mg a T1 T2\r\n", RequestError.MetaDuplicateFlag)]
    [InlineData("mg a \u0080\r\n", RequestError.MetaDuplicateFlag)]
    [InlineData("mg a \u007f\r\n", RequestError.MetaDuplicateFlag)]
    [InlineData("mg a Tx\r\n", RequestError.MetaBadToken)]
    [InlineData("mg a T\r\n", RequestError.MetaBadToken)]
    [InlineData("mg a Nx\r\n", RequestError.MetaBadToken)]
    [InlineData("mg a R1x\r\n", RequestError.MetaBadToken)]
    [InlineData("mg a C-1\r\n", RequestError.MetaBadToken)]
    [InlineData("mg a C18446744073709551616\r\n", RequestError.MetaBadToken)]
    [InlineData("mg a E\r\n", RequestError.MetaBadToken)]
    [InlineData("mg a Fx\r\n", RequestError.BadLine)]
    [InlineData("mg a F4294967296\r\n", RequestError.BadLine)]
    [InlineData("mg a Jx\r\n", RequestError.MetaInvalidInitial)]
    [InlineData("mg a D-1\r\n", RequestError.MetaInvalidDelta)]
    [InlineData("mg a M\r\n", RequestError.MetaModeLength)]
    [InlineData("mg a MSS\r\n", RequestError.MetaModeLength)]
    [InlineData("mg a Tx Jx\r\n", RequestError.MetaInvalidInitial)]
    [InlineData("mg a Jx Tx\r\n", RequestError.MetaBadToken)]
    [InlineData("mg a Tx y\r\n", RequestError.MetaInvalidFlag)]
    [InlineData("mg a b\r\n", RequestError.MetaKeyDecoding)]
    [InlineData("mg ==== b\r\n", RequestError.MetaKeyDecoding)]
    [InlineData("me a b\r\n", RequestError.BadLine)]
    [InlineData("mg a O01234567890123456789012345678901\r\n", RequestError.MetaOpaqueTooLong)]
    [InlineData("mg a O01234567890123456789012345678901 y\r\n", RequestError.MetaInvalidFlag)]
    [InlineData("mg\r\n", RequestError.BadLine)]
    [InlineData("md \r\n", RequestError.BadLine)]
    [InlineData("me\r\n", RequestError.BadLine)]
    public void Bad_request_has_its_error(string line, RequestError expected) =>
        Assert.EndsWith($" error={expected} skip=0", MetaDescription.Read(Bytes.Of(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData("ma a y\r\n", RequestError.MetaInvalidOrDuplicateFlag)]
    [InlineData("ma a v v\r\n", RequestError.MetaInvalidOrDuplicateFlag)]
    [InlineData("ma a Tx\r\n", RequestError.MetaInvalidOrDuplicateFlag)]
    [InlineData("ma a Jx\r\n", RequestError.MetaInvalidOrDuplicateFlag)]
    [InlineData("ma a Dx\r\n", RequestError.MetaInvalidOrDuplicateFlag)]
    [InlineData("ma a Fx\r\n", RequestError.MetaInvalidOrDuplicateFlag)]
    [InlineData("ma a MII\r\n", RequestError.MetaInvalidOrDuplicateFlag)]
    [InlineData("ma Z! b\r\n", RequestError.MetaInvalidOrDuplicateFlag)]
    [InlineData("ma a MZ\r\n", RequestError.MetaInvalidArithmeticMode)]
    [InlineData("ma a Mi\r\n", RequestError.MetaInvalidArithmeticMode)]
    [InlineData("ma a O01234567890123456789012345678901\r\n", RequestError.MetaOpaqueTooLong)]
    [InlineData("ma\r\n", RequestError.BadLine)]
    public void Arithmetic_has_one_text_for_all_flag_errors(string line, RequestError expected) =>
        Assert.EndsWith($" error={expected} skip=0", MetaDescription.Read(Bytes.Of(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData("ms\r\n", RequestError.BadLine, 0)]
    [InlineData("ms a\r\n", RequestError.BadLine, 0)]
    [InlineData("ms a x\r\n", RequestError.BadLine, 0)]
    [InlineData("ms a -1\r\n", RequestError.BadLine, 0)]
    [InlineData("ms a 1x\r\n", RequestError.BadLine, 0)]
    [InlineData("ms a T0 1\r\n", RequestError.BadLine, 0)]
    [InlineData("ms a 2147483646\r\n", RequestError.BadLine, 0)]
    [InlineData("ms a 5 y\r\n", RequestError.MetaInvalidFlag, 7)]
    [InlineData("ms a 5 c c\r\n", RequestError.MetaDuplicateFlag, 7)]
    [InlineData("ms a 5 Tx\r\n", RequestError.MetaBadToken, 7)]
    [InlineData("ms a 5 F4294967296\r\n", RequestError.BadLine, 7)]
    [InlineData("ms a 5 MZ\r\n", RequestError.MetaInvalidSetMode, 7)]
    [InlineData("ms a 5 Ms\r\n", RequestError.MetaInvalidSetMode, 7)]
    [InlineData("ms a 5 Fx MZ\r\n", RequestError.BadLine, 7)]
    [InlineData("ms Z! 5 b\r\n", RequestError.MetaKeyDecoding, 7)]
    [InlineData("ms a 5 O01234567890123456789012345678901\r\n", RequestError.MetaOpaqueTooLong, 7)]
    public void Bad_set_says_how_much_to_skip(string line, RequestError expected, int skip) =>
        Assert.EndsWith(
            $" error={expected} skip={skip}", MetaDescription.Read(Bytes.Of(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData("mg {0} v\r\n", 0)]
    [InlineData("mg {0} y\r\n", 0)]
    [InlineData("md {0}\r\n", 0)]
    [InlineData("ma {0}\r\n", 0)]
    [InlineData("me {0}\r\n", 0)]
    [InlineData("mg {0} b\r\n", 0)]
    [InlineData("ms {0} 5\r\n", 7)]
    [InlineData("ms {0} x\r\n", 0)]
    public void Key_of_251_bytes_is_a_bad_line(string format, int skip) =>
        Assert.EndsWith(
            $" error=BadLine skip={skip}",
            MetaDescription.Read(Bytes.Of(format.Replace("{0}", s_key251, StringComparison.Ordinal))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("mg a", 18, false)]
    [InlineData("mg a", 19, true)]
    [InlineData("ms a 5", 17, false)]
    [InlineData("ms a 5", 18, true)]
    [InlineData("md a", 19, true)]
    [InlineData("ma a", 19, true)]
    public void More_than_20_tokens_are_too_many(string start, int flags, bool expected)
    {
        const string Letters = "c f h k l q s t u v x I P L T1 C1 D1 E1 F1 J1 N1 R1";
        string line = $"{start} {string.Join(' ', Letters.Split(' ').Take(flags))}\r\n";
        string description = MetaDescription.Read(Bytes.Of(line));
        Assert.Equal(expected, description.Contains("error=MetaTooManyFlags", StringComparison.Ordinal));
        Assert.Equal(!expected, !description.Contains("error=", StringComparison.Ordinal));
    }

    [Fact]
    public void Too_many_tokens_come_before_a_bad_flag() =>
        AssertReads(
            $"mg a y{Text.TextRequestReaderTests.Repeat(" v", 18)}\r\n", "MetaGet error=MetaTooManyFlags skip=0");

    [Fact]
    public void Every_letter_has_a_bit_of_its_own()
    {
        MetaFlags seen = MetaFlags.None;
        for (int value = 0; value < 256; value++)
        {
            MetaFlags flag = MetaFlagSet.Of((byte)value);
            bool isLetter = value is >= 'a' and <= 'z' or >= 'A' and <= 'Z';
            Assert.Equal(isLetter, flag != MetaFlags.None);
            Assert.Equal(MetaFlags.None, seen & flag);
            seen |= flag;
        }
    }

    private static void AssertReads(string line, string expected) =>
        Assert.Equal($"{line.Length}: {expected}", MetaDescription.Read(Bytes.Of(line)));
}
