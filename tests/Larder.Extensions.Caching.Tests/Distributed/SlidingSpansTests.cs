using System.Globalization;
using Larder.Extensions.Caching.Distributed;
using Xunit;

namespace Larder.Extensions.Caching.Tests.Distributed;

public sealed class SlidingSpansTests
{
    [Fact]
    public void Span_is_recalled_until_another_is_noted()
    {
        SlidingSpans spans = new();
        Assert.Equal(0, spans.Find("key"));

        spans.Note("key", 60);
        Assert.Equal(60, spans.Find("key"));
        spans.Note("key", 0);
        Assert.Equal(0, spans.Find("key"));
    }

    [Fact]
    public void Span_of_one_key_is_not_taken_for_anothers()
    {
        SlidingSpans spans = new();
        spans.Note("key", 60);

        int[] found = [.. Enumerable.Range(0, 10_000)
            .Select(number => spans.Find(number.ToString(CultureInfo.InvariantCulture)))
            .Where(static seconds => seconds != 0)];

        Assert.Empty(found);
    }
}
