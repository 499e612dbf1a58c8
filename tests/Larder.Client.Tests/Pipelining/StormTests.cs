using System.Buffers.Text;
using System.Text;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.Pipelining;

/// <summary>
/// Aim: no reply reaches another caller than its own, however many give up and when. Method: thousands of callers at
/// once, each value begins with its key; callers cancel or time out at random, and the server is cut off under load.
/// </summary>
public sealed class StormTests
{
    private const int CallerCount = 10_000;
    private const int KeyCount = 1000;

    public static TheoryData<ClientProtocol> Protocols => [.. Enum.GetValues<ClientProtocol>()];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Crowd_with_random_cancellation_gets_its_own_values_only(ClientProtocol protocol)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        using TestCache cache = new();
        await using CacheClient client = Clients.Of(cache.Address, options =>
        {
            options.Protocol = protocol;
            options.InFlightMax = 10 * CallerCount; // who gave up keeps his place until his reply has come
        });
        for (int i = 0; i < KeyCount; i++) await client.SetAsync(KeyOf(i), ValueOf(i));

        int[] counts = new int[3];
        Task[] callers = new Task[CallerCount];
        for (int i = 0; i < CallerCount; i++)
        {
            Random random = new(HashCode.Combine(seed, i));
            callers[i] = Task.Run(() => CallAsync(client, random, counts));
        }
        await Task.WhenAll(callers);
        Assert.True(counts[0] > 0, $"nobody got a value (seed {seed})");
        Assert.True(counts[1] > 0, $"nobody gave up (seed {seed})");

        // Whoever gave up has left nothing behind: everybody is served.
        for (int i = 0; i < KeyCount; i++)
        {
            using CacheValue value = await client.GetAsync(KeyOf(i));
            Check(i, value.Span, seed);
        }
    }

    private static async Task CallAsync(CacheClient client, Random random, int[] counts)
    {
        for (int round = 0; round < 5; round++)
        {
            int index = random.Next(KeyCount);
            using CancellationTokenSource source = new();
            int kind = random.Next(4);
            GetRequest request = new(KeyOf(index));
            if (kind == 0) request = request with { Timeout = TimeSpan.FromMicroseconds(random.Next(20_000)) };
            ValueTask<CacheValue> task = client.TryGetAsync(request, source.Token);
            if (kind == 1) await source.CancelAsync();
            if (kind == 2) source.CancelAfter(TimeSpan.FromMicroseconds(random.Next(5000)));
            try
            {
                using CacheValue value = await task;
                if (value.IsHit)
                {
                    Check(index, value.Span, 0);
                    Interlocked.Increment(ref counts[0]);
                }
                else
                {
                    Assert.Equal(CacheStatus.Timeout, value.Result.Status);
                    Interlocked.Increment(ref counts[1]);
                }
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref counts[1]);
            }
        }
    }

    private static string KeyOf(int index) => $"key:{index}";

    /// <summary>Begins with its number, and has a length of its own.</summary>
    private static byte[] ValueOf(int index) => Encoding.ASCII.GetBytes($"{index}:" + new string('x', index % 257));

    private static void Check(int index, ReadOnlySpan<byte> value, int seed)
    {
        bool isNumber = Utf8Parser.TryParse(value, out int found, out _);
        Assert.True(isNumber && found == index, $"a stranger's value (seed {seed})");
        Assert.Equal(ValueOf(index).Length, value.Length);
    }
}
