using Larder.Protocol.Scan;
using Xunit;

namespace Larder.Protocol.Tests.Scan;

public class KeyBase64Tests
{
    [Theory]
    [InlineData("Zm9v", "foo")]
    [InlineData("Zg==", "f")]
    [InlineData("Zm8=", "fo")]
    [InlineData("AP8K", "\u0000\u00ff\n")]
    [InlineData("Z+/v", "g\u00ef\u00ef")]
    [InlineData("Zh==", "f")]
    public void Key_is_decoded(string text, string expected)
    {
        byte[] key = new byte[KeyBase64.DecodedLengthMax];
        Assert.True(KeyBase64.TryDecode(Bytes.Of(text), key, out int length));
        Assert.Equal(expected, Bytes.Text(key.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Z")]
    [InlineData("Zm9")]
    [InlineData("Z!!v")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("Zg==Zg==")]
    [InlineData("Z-_v")]
    [InlineData("Zm9v\t")]
    [InlineData("Zm\r9v")]
    [InlineData("Zm9v Zm9v")]
    public void Text_that_is_no_base64_is_refused(string text)
    {
        Assert.False(KeyBase64.TryDecode(Bytes.Of(text), new byte[KeyBase64.DecodedLengthMax], out int length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void Keys_of_every_length_come_back()
    {
        byte[] text = new byte[KeyBase64.EncodedLengthMax];
        byte[] back = new byte[KeyBase64.DecodedLengthMax];
        var random = new Random(20260101);
        for (int length = 1; length <= KeyBase64.DecodedLengthMax; length++)
        {
            byte[] key = new byte[length];
            random.NextBytes(key);
            int encoded = KeyBase64.Encode(key, text);
            Assert.Equal((length + 2) / 3 * 4, encoded);
            Assert.True(KeyBase64.TryDecode(text.AsSpan(0, encoded), back, out int decoded));
            Assert.Equal(key, back.AsSpan(0, decoded).ToArray());
        }
    }

    [Fact]
    public void Longest_key_fits_the_stated_buffer()
    {
        byte[] text = new byte[KeyBase64.EncodedLengthMax];
        Assert.Equal(text.Length, KeyBase64.Encode(new byte[KeyRules.LengthMax], text));
    }
}
