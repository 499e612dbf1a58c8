using Larder.Extensions.Caching.Hybrid;
using Xunit;

namespace Larder.Extensions.Caching.Tests.Hybrid;

/// <summary>Aim: an entry is read back as it was written, and whatever was cut is refused.</summary>
public sealed class StoredEntryTests
{
    private static readonly TagMark[] s_tags = [new("", 1), new("jars", ulong.MaxValue), new("süß", 77)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Entry_is_read_back_as_written(bool isNull)
    {
        byte[] entry = EntryOf(isNull, "value"u8);

        Assert.True(StoredEntry.TryRead(entry, out TagMark[] tags, out bool readNull, out int valueAt));
        Assert.Equal(s_tags, tags);
        Assert.Equal(isNull, readNull);
        Assert.Equal("value"u8.ToArray(), entry[valueAt..]);
    }

    [Fact]
    public void Entry_that_was_cut_before_its_value_is_refused()
    {
        byte[] entry = EntryOf(isNull: false, []);

        for (int length = 0; length < entry.Length; length++)
            Assert.False(StoredEntry.TryRead(entry.AsSpan(0, length), out _, out _, out _), $"{length} bytes");
    }

    [Fact]
    public void Entry_of_another_format_is_refused()
    {
        byte[] entry = EntryOf(isNull: false, []);
        entry[0] = (byte)'{';

        Assert.False(StoredEntry.TryRead(entry, out _, out _, out _));
    }

    private static byte[] EntryOf(bool isNull, ReadOnlySpan<byte> value)
    {
        byte[] entry = new byte[StoredEntry.BytesBefore(s_tags) + value.Length];
        StoredEntry.WriteBefore(s_tags, isNull, entry);
        value.CopyTo(entry.AsSpan(StoredEntry.BytesBefore(s_tags)));
        return entry;
    }
}
