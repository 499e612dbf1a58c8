using System.Buffers;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Pipelining;

/// <summary>
/// Aim: a read into a writer and a store allocate nothing. Method: the bytes of a whole run are counted, on all
/// threads, against a scripted server in this process whose own bytes do not depend on how many requests there are.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class AllocationTests
{
    private const int Rounds = 20_000;

    /// <summary>What the run itself takes: tasks, a growing pool. A byte for each operation would be more.</summary>
    private const long BytesMax = 64 * 1024;

    [Fact]
    public async Task Reads_and_stores_over_a_busy_connection_allocate_nothing()
    {
        using TestCache cache = new();
        await using CacheClient client = Clients.Of(cache.Address);
        CacheKey key = "key"u8.ToArray();
        byte[] value = new byte[100];
        await client.SetAsync(key, value);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 10 && least > BytesMax; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CallAsync(client, key, value))));
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.True(least <= BytesMax, $"{least} bytes for {8 * Rounds * 3} operations");
    }

    private static async Task CallAsync(CacheClient client, CacheKey key, byte[] value)
    {
        ArrayBufferWriter<byte> writer = new(100);
        for (int i = 0; i < Rounds; i++)
        {
            writer.ResetWrittenCount();
            CacheResult read = await client.GetAsync(key, writer).ConfigureAwait(false);
            if (read.ValueLength != 100) throw new InvalidOperationException("not the value");
            await client.SetAsync(key, value).ConfigureAwait(false);
            using CacheValue owned = await client.GetAsync(key).ConfigureAwait(false);
        }
    }
}
