using System.Net.Sockets;
using System.Text;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>
/// Thousands that send and take a byte now and then beside a few that are quick. What is counted is work, not time:
/// each request of the quick ones is answered while all of the slow ones are in the middle of theirs, and these get
/// their answers in the end.
/// </summary>
public sealed class CrowdTests
{
    private const int FastCount = 50;
    private const int RequestsOfOne = 40;
    private const int DescriptorsBeside = 1_000;
    private const int SlowMax = 5_000;

    [Fact]
    public void Slow_clients_keep_no_fast_one_from_its_answers()
    {
        int slowCount = Math.Min(SlowMax, (DescriptorsMax() - DescriptorsBeside) / 2);
        Assert.SkipWhen(slowCount < 100, "too few descriptors for a crowd here");
        using var store = new TestStore();
        File.WriteAllBytes(store.PathOf("dev1/a"), new byte[4096]);
        const string Request = "GET /dev1/a HTTP/1.1\r\n\r\n";
        var slow = new List<Socket>();
        try
        {
            for (int i = 0; i < slowCount; i++)
            {
                var socket = new Socket(store.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                slow.Add(socket);
                socket.ReceiveTimeout = RawClient.DeadlineMs;
                socket.Connect(store.EndPoint);
                socket.Send(Encoding.ASCII.GetBytes(Request[..(1 + (i % (Request.Length - 1)))]));
            }
            Until.True(() => store.Server.Driver.CurrentConnections == slowCount, "all have come");
            int answered = 0;
            Thread[] fast = [.. Enumerable.Range(0, FastCount).Select(_ => new Thread(() =>
            {
                using RawClient client = store.Connect();
                for (int i = 0; i < RequestsOfOne && client.Get("/dev1/a").Body.Length == 4096; i++)
                {
                    Interlocked.Increment(ref answered);
                }
            }))];
            Array.ForEach(fast, client => client.Start());
            Array.ForEach(fast, client => client.Join());
            Assert.Equal(FastCount * RequestsOfOne, answered);
            for (int i = 0; i < slowCount; i++)
            {
                slow[i].Send(Encoding.ASCII.GetBytes(Request[(1 + (i % (Request.Length - 1)))..]));
            }
            byte[] start = new byte[12];
            foreach (Socket socket in slow)
            {
                int length = 0;
                while (length < start.Length)
                {
                    int count = socket.Receive(start.AsSpan(length));
                    Assert.True(count > 0, "a slow one was closed");
                    length += count;
                }
                Assert.Equal("HTTP/1.1 200"u8, start);
            }
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    private static int DescriptorsMax()
    {
        string line = File.ReadLines("/proc/self/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string soft = line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(soft, out int count) ? count : int.MaxValue; // "unlimited"
    }
}
