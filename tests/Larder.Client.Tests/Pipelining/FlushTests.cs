using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Pipelining;

/// <summary>
/// Aim: whoever sends, the flusher or a caller who has filled the buffer before it came, the bytes of all requests
/// leave once and in their order. Method: a crowd stores values that are long, but not for the lane of long ones, so
/// that a few of them are a send, and reads them back; two senders at once would mix their bytes.
/// </summary>
public sealed class FlushTests
{
    private const int CallerCount = 200;
    private const int ValueBytes = 40_000;
    private const int Rounds = 5;

    [Fact]
    public async Task Crowd_that_stores_long_values_finds_each_of_them()
    {
        using TestCache cache = new();
        await using CacheClient client = Clients.Of(cache.Address);
        await Task.WhenAll(Enumerable.Range(0, CallerCount).Select(i => Task.Run(() => CallAsync(client, i))));
        Assert.Equal(1, cache.Connections);
    }

    private static async Task CallAsync(CacheClient client, int number)
    {
        byte[] value = new byte[ValueBytes];
        Random random = new(number);
        for (int round = 0; round < Rounds; round++)
        {
            random.NextBytes(value);
            await client.SetAsync($"key:{number}", value);
            using CacheValue found = await client.GetAsync($"key:{number}");
            Assert.True(found.Span.SequenceEqual(value), $"not what caller {number} has stored");
        }
    }
}
