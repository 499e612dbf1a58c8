using System.Text;
using Larder.Cache.Commands.Watching;

namespace Larder.Cache.Tests.Commands;

public sealed class LogRingTests
{
    [Fact]
    public void Records_come_out_as_they_went_in_wherever_they_stand()
    {
        var ring = new LogRing(0);
        const int Seed = 4711;
        var random = new Random(Seed);
        long gid = 0;
        for (int round = 0; round < 2_000; round++)
        {
            int count = random.Next(1, 10);
            string[] texts = [.. Enumerable.Range(0, count).Select(_ => new string('k', random.Next(0, 512)))];
            foreach (string text in texts)
            {
                var entry = new LogEntry { Gid = ++gid, Size = text.Length };
                ring.Write(ref entry, Encoding.ASCII.GetBytes(text));
            }
            long end = ring.Head;
            for (int i = 0; i < count; i++)
            {
                Assert.True(ring.TryRead(end, out LogEntry entry, out ReadOnlySpan<byte> text));
                Assert.Equal(gid - count + 1 + i, entry.Gid);
                Assert.Equal(texts[i], Encoding.ASCII.GetString(text));
                ring.Free(in entry);
            }
            Assert.False(ring.TryRead(end, out _, out _));
        }
        Assert.Equal((gid, 0L), (ring.Written, ring.Dropped));
    }

    [Fact]
    public void Full_ring_drops_and_counts_until_it_is_read()
    {
        var ring = new LogRing(0);
        long gid = 0;
        while (ring.Dropped == 0)
        {
            var entry = new LogEntry { Gid = ++gid };
            ring.Write(ref entry, new byte[1000]);
        }
        Assert.True(ring.IsHalfFull);
        Assert.Equal(gid - 1, ring.Written);
        Assert.True(ring.TryRead(ring.Head, out LogEntry first, out ReadOnlySpan<byte> text));
        Assert.Equal((1L, LogRing.TextMax), (first.Gid, text.Length)); // cut to what a record holds
        ring.Free(in first);
        var next = new LogEntry { Gid = gid };
        ring.Write(ref next, default);
        Assert.Equal(1, ring.Dropped);
    }

    [Fact]
    public void Reader_and_writer_on_two_threads_lose_nothing_but_what_is_counted()
    {
        var ring = new LogRing(0);
        const long Events = 500_000;
        var writer = new Thread(() =>
        {
            byte[] text = new byte[200];
            for (long gid = 1; gid <= Events; gid++)
            {
                var entry = new LogEntry { Gid = gid };
                ring.Write(ref entry, text.AsSpan(0, (int)(gid % text.Length)));
            }
        });
        writer.Start();
        long read = 0;
        long last = 0;
        while (writer.IsAlive || read < ring.Written)
        {
            long end = ring.Head;
            while (ring.TryRead(end, out LogEntry entry, out ReadOnlySpan<byte> text))
            {
                Assert.True(entry.Gid > last && text.Length == entry.Gid % 200, $"{entry.Gid} behind {last}");
                last = entry.Gid;
                read++;
                ring.Free(in entry);
            }
        }
        writer.Join();
        Assert.Equal(Events, read + ring.Dropped);
    }
}
