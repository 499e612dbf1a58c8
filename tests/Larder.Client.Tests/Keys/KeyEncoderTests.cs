using System.Text;
using Larder.Client.Keys;

namespace Larder.Client.Tests.Keys;

/// <summary>Aim: what is sent as a key is one, whatever the caller's was.</summary>
public sealed class KeyEncoderTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("schlüssel")]
    [InlineData("ключ")]
    [InlineData("\U0001F511")]
    public void Text_key_is_sent_as_utf8(string key) => Assert.Equal(key, Encode(key));

    [Fact]
    public void Key_of_250_bytes_is_sent_as_it_is()
    {
        string key = new('k', 250);
        Assert.Equal(key, Encode(key));
        Assert.Equal(key, Encode(Encoding.UTF8.GetBytes(key)));
        string wide = new('ü', 125);
        Assert.Equal(wide, Encode(wide));
    }

    [Fact]
    public void Key_of_251_bytes_is_refused()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => Encode(new string('k', 251)));
        Assert.Contains("251 bytes", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Encode(new string('ü', 126)));
        Assert.Throws<ArgumentException>(() => Encode(new byte[251]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\0")]
    [InlineData("a\r\nflush_all")]
    [InlineData("a\u007f")]
    public void Key_with_forbidden_bytes_is_refused(string key)
    {
        Assert.Throws<ArgumentException>(() => Encode(key));
        Assert.Throws<ArgumentException>(() => Encode(Encoding.UTF8.GetBytes(key)));
    }

    [Fact]
    public void Key_that_is_no_text_is_refused() =>
        Assert.ThrowsAny<ArgumentException>(() => Encode("a\ud800"));

    [Fact]
    public void Hashed_key_keeps_its_head_and_is_valid()
    {
        KeyEncoder encoder = new("", InvalidKeyRule.Hash);
        string spaced = Encode("user 17", encoder);
        Assert.Equal("user_17#" + Sha256("user 17"), spaced);
        string longKey = Encode(new string('k', 251), encoder);
        Assert.Equal(new string('k', 64) + "#" + Sha256(new string('k', 251)), longKey);
        Assert.NotEqual(longKey, Encode(new string('k', 252), encoder));
        Assert.Equal("plain", Encode("plain", encoder));
        Assert.Throws<ArgumentException>(() => Encode("", encoder));
    }

    [Fact]
    public void Prefix_stands_before_every_key_and_counts()
    {
        KeyEncoder encoder = new("app:", InvalidKeyRule.Hash);
        Assert.Equal("app:a", Encode("a", encoder));
        Assert.Equal(250, Encode(new string('k', 246), encoder).Length);
        string longKey = new('k', 247);
        Assert.Equal("app:" + new string('k', 64) + "#" + Sha256(longKey), Encode(longKey, encoder));
        KeyEncoder longest = new(new string('p', 205), InvalidKeyRule.Hash);
        Assert.Equal(250, Encode(new string('k', 100), longest).Length);
        KeyEncoder noRoom = new(new string('p', 230), InvalidKeyRule.Hash);
        Assert.Throws<ArgumentException>(() => Encode(new string('k', 100), noRoom));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\n")]
    public void Prefix_with_forbidden_bytes_is_refused(string prefix) =>
        Assert.Throws<ArgumentException>(() => new KeyEncoder(prefix, InvalidKeyRule.Refuse));

    private static string Encode(CacheKey key) => Encode(key, new KeyEncoder("", InvalidKeyRule.Refuse));

    private static string Encode(CacheKey key, KeyEncoder encoder)
    {
        byte[] destination = new byte[250];
        int length = encoder.Encode(in key, destination);
        return Encoding.UTF8.GetString(destination.AsSpan(0, length));
    }

    private static string Sha256(string text) => Convert.ToBase64String(
            System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)))
        .TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
