using Larder.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Distributed;
using Xunit;

namespace Larder.Extensions.Caching.Tests.Distributed;

/// <summary>Aim: what an item carries of its times is read back, and every end is honoured.</summary>
public sealed class EntryTimesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Times_of_no_options_are_for_ever_and_carry_nothing()
    {
        EntryTimes times = EntryTimes.Of(new(), s_now);

        Assert.Equal(0u, times.ClientFlags);
        Assert.False(times.HasEnd);
        Assert.Equal(0, times.SecondsFrom(s_now));
        Assert.True(times.ExpiryFrom(s_now).IsNever);
    }

    [Theory]
    [InlineData(60, 0, 60)]
    [InlineData(0, 90, 90)]
    [InlineData(60, 90, 60)]
    [InlineData(90, 60, 60)]
    public void Time_to_live_is_the_shorter_of_both(int sliding, int absolute, int expected)
    {
        EntryTimes times = EntryTimes.Of(Options(sliding, absolute), s_now);

        Assert.Equal(expected, times.SecondsFrom(s_now));
    }

    [Fact]
    public void Times_that_were_written_are_read_back()
    {
        EntryTimes times = EntryTimes.Of(Options(60, 90), s_now);
        byte[] value = new byte[EntryTimes.EndBytes + 3];
        times.WriteEnd(value);

        Assert.True(EntryTimes.TryRead(times.ClientFlags, value, out EntryTimes read, out int valueAt));
        Assert.Equal(times, read);
        Assert.Equal(EntryTimes.EndBytes, valueAt);
        Assert.Equal(30, read.SecondsFrom(s_now.AddSeconds(60)));
        Assert.False(read.IsOver(s_now.AddSeconds(89.9)));
        Assert.True(read.IsOver(s_now.AddSeconds(90)));
    }

    [Fact]
    public void Value_shorter_than_its_flags_say_is_refused()
    {
        uint flags = EntryTimes.Of(Options(0, 90), s_now).ClientFlags;

        Assert.False(EntryTimes.TryRead(flags, new byte[EntryTimes.EndBytes - 1], out _, out _));
    }

    [Fact]
    public void End_that_has_passed_is_refused()
    {
        DistributedCacheEntryOptions options = new() { AbsoluteExpiration = s_now };

        Assert.Throws<ArgumentOutOfRangeException>(() => EntryTimes.Of(options, s_now));
    }

    [Fact]
    public void Sliding_span_beyond_the_flags_is_refused()
    {
        DistributedCacheEntryOptions options = new() { SlidingExpiration = TimeSpan.FromDays(4000) };

        Assert.Throws<ArgumentOutOfRangeException>(() => EntryTimes.Of(options, s_now));
    }

    private static DistributedCacheEntryOptions Options(int sliding, int absolute)
    {
        DistributedCacheEntryOptions options = new();
        if (sliding > 0) options.SlidingExpiration = TimeSpan.FromSeconds(sliding);
        if (absolute > 0) options.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(absolute);
        return options;
    }
}
