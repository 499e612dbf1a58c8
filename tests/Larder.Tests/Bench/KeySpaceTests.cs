using System.Text;
using Larder.Bench;

namespace Larder.Tests.Bench;

public sealed class KeySpaceTests
{
    [Theory]
    [InlineData(1, 16u)]
    [InlineData(3, 4096u)]
    [InlineData(7, 5000u)]
    [InlineData(8, 5000u)]
    [InlineData(32, 5000u)]
    [InlineData(250, 5000u)]
    public void Keys_have_their_length_and_are_all_different_and_readable(int length, uint count)
    {
        var keys = new KeySpace(count, length);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        byte[] key = keys.Template.ToArray();
        for (uint number = 0; number < count; number++)
        {
            keys.Write(number, key);
            Assert.True(seen.Add(Encoding.ASCII.GetString(key)));
            Assert.True(keys.TryRead(key, out uint read));
            Assert.Equal(number, read);
        }

        Assert.All(seen, text => Assert.Equal(length, text.Length));
        Assert.All(seen, text => Assert.DoesNotContain(text, letter => letter <= ' ' || letter > '~'));
    }

    [Theory]
    [InlineData(0u, "00000000")]
    [InlineData(0x9ABCDEF0u, "9abcdef0")]
    [InlineData(0x12345678u, "12345678")]
    [InlineData(0x7FFFFFFEu, "7ffffffe")]
    public void Digits_are_the_number_in_hexadecimal(uint number, string expected)
    {
        var keys = new KeySpace(uint.MaxValue, 8);
        byte[] key = new byte[8];
        keys.Write(number, key);
        Assert.Equal(expected, Encoding.ASCII.GetString(key));
    }

    [Theory]
    [InlineData("larder-bench-00000064")]
    [InlineData("larder-benci-00000001")]
    [InlineData("larder-bench-0000001")]
    [InlineData("larder-bench-0000000g")]
    [InlineData("")]
    public void Other_keys_are_not_read(string key) =>
        Assert.False(new KeySpace(100, 21).TryRead(Encoding.ASCII.GetBytes(key), out _));

    [Theory]
    [InlineData(17u, 1, false)]
    [InlineData(16u, 1, true)]
    [InlineData(65537u, 4, false)]
    [InlineData(1u, 0, false)]
    [InlineData(1u, 251, false)]
    [InlineData(1u << 31, 8, true)]
    public void Keys_fit_when_their_digits_do(uint count, int length, bool expected) =>
        Assert.Equal(expected, KeySpace.Fits(count, length));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 100)]
    [InlineData(10, 5000)]
    public void Values_belong_to_their_keys(int min, int max)
    {
        var values = new ValuePattern(new ByteRange(min, max));
        var again = new ValuePattern(new ByteRange(min, max));
        var lengths = new HashSet<int>();
        for (uint number = 0; number < 2000; number++)
        {
            Assert.InRange(values.Of(number).Length, min, max);
            Assert.True(values.Of(number).SequenceEqual(again.Of(number)));
            lengths.Add(values.Of(number).Length);
        }

        Assert.True(lengths.Count > (max - min) / 5);
        if (min > 0)
            Assert.False(values.Of(1).SequenceEqual(values.Of(2)));
    }
}
