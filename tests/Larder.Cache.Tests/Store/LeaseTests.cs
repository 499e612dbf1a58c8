using System.Runtime.CompilerServices;
using Larder.Cache.Store;
using Larder.Events.Buffers;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// A leased value stays as it was until the release, whatever happens to its item. The bytes are read through the
/// address that the view showed, which is what a send would do.
/// </summary>
public sealed class LeaseTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public void Leased_value_survives_replacement_deletion_eviction_and_flush(int length)
    {
        using var bench = new StoreBench(memory: 8 << 20);
        byte[] value = Pattern(length, 1);
        bench.Put("a", value);
        Leased a = Take(bench, "a");
        bench.Put("b", value);
        Leased b = Take(bench, "b");
        bench.Put("c", value);
        Leased c = Take(bench, "c");

        bench.Put("a", Pattern(length, 2));
        bench.Delete("b");
        bench.Store.FlushAll();
        bench.Settle();
        for (int index = 0; index < 20_000; index++) bench.Put("fill" + index, Pattern(1000, 3));
        Assert.Equal(value, a.Bytes());
        Assert.Equal(value, b.Bytes());
        Assert.Equal(value, c.Bytes());
        // A segment that a small one shares is passed over, with what else lives there.
        Assert.Equal(length > 1000, bench.Store.Totals().SegmentsLeased > 0);

        a.Lease.Release();
        b.Lease.Release();
        c.Lease.Release();
        Assert.Equal(0, bench.Store.Totals().SegmentsLeased);
        bench.CheckAccounts();
    }

    [Fact]
    public void Number_that_is_leased_is_not_changed_in_place()
    {
        using var bench = new StoreBench();
        bench.Put("n", "100");
        Leased leased = Take(bench, "n");
        Assert.Equal(99ul, bench.Count("n", new() { Delta = 1, IsDecrement = true }).Value);
        Assert.Equal("100"u8.ToArray(), leased.Bytes());
        Assert.Equal("99 ", bench.Get("n"));
        leased.Lease.Release();
    }

    [Fact]
    public void Leases_released_by_other_threads_free_the_memory()
    {
        using var bench = new StoreBench(memory: 16 << 20);
        var leases = new List<Leased>();
        for (int index = 0; index < 30; index++)
        {
            bench.Put("k", Pattern(200_000, index));
            leases.Add(Take(bench, "k"));
        }
        bench.Store.FlushAll();
        bench.Settle();
        Assert.Equal(30, bench.Store.Totals().SegmentsLeased);
        long mapped = bench.Store.Totals().MappedBytes;
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(number => new Thread(() =>
        {
            for (int index = number; index < leases.Count; index += 3) leases[index].Lease.Release();
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal(0, bench.Store.Totals().SegmentsLeased);
        // 49 pages each: 200,000 bytes, key, headers.
        StoreTotals after = bench.Store.Totals();
        Assert.Equal(mapped - 30 * 49 * 4096, after.MappedBytes - after.KeptBytes);
        Assert.InRange(after.KeptBytes, 1, (16 << 20) / 32);
    }

    [Fact]
    public void Leases_that_are_held_while_the_limit_shrinks_keep_their_bytes_and_no_more()
    {
        const int Memory = 64 << 20;
        using var bench = new StoreBench(memory: Memory, itemSizeMax: 8 << 20);
        byte[] value = Pattern(6_000_000, 7);
        bench.Put("large", value);
        bench.Put("small", Pattern(1000, 8));
        Leased large = Take(bench, "large");
        Leased small = Take(bench, "small");
        for (int index = 0; index < 60_000; index++) bench.Put("fill" + index, Pattern(1000, 3));
        Assert.True(bench.Store.SetMemoryLimit(Memory / 4));
        bench.Settle();
        bench.Delete("large");
        bench.Settle();
        Assert.Equal(value, large.Bytes());
        Assert.Equal(Pattern(1000, 8), small.Bytes());
        Assert.InRange(bench.Store.Totals().SegmentsLeased, 1, 2);
        StoreAudit.Check(bench);

        long mapped = bench.Store.Totals().MappedBytes;
        large.Lease.Release();
        bench.Settle();
        Assert.InRange(mapped - bench.Store.Totals().MappedBytes, value.Length, value.Length + (1 << 20));
        small.Lease.Release();
        bench.Settle();
        Assert.Equal(0, bench.Store.Totals().SegmentsLeased);
        StoreAudit.Check(bench);
        Assert.True(Resident(bench) <= Memory / 4, $"{Resident(bench)} bytes of segments are resident");
    }

    [Fact]
    public void Store_whose_memory_is_all_leased_answers_no_memory_and_recovers()
    {
        using var bench = new StoreBench(memory: 2 << 20, itemSizeMax: 512 << 10);
        var leases = new List<Leased>();
        StoreStatus status;
        int index = 0;
        while ((status = bench.Put("k" + index, Pattern(4000, index)).Status) == StoreStatus.Stored)
        {
            leases.Add(Take(bench, "k" + index));
            Assert.True(++index < 1000);
        }
        Assert.Equal(StoreStatus.NoMemory, status);
        Assert.Equal(index, leases.Count);
        Assert.True(leases.Count > 100, $"{leases.Count} leases");
        // What is leased was not evicted for nothing.
        for (int number = 0; number < index; number++)
            Assert.Equal(FindStatus.Hit, bench.Find("k" + number, out _));
        for (int number = 0; number < leases.Count; number++)
        {
            Assert.Equal(Pattern(4000, number), leases[number].Bytes());
            leases[number].Lease.Release();
        }
        Assert.Equal(StoreStatus.Stored, bench.Put("again", Pattern(4000, 1)).Status);
        bench.CheckAccounts();
    }

    [Fact]
    public void Large_value_takes_no_page_behind_what_is_counted()
    {
        // With huge pages, where the system has some: one at the end of the value would be memory that nobody counts.
        using var bench = new StoreBench(memory: 64 << 20, itemSizeMax: 16 << 20);
        long mapped = bench.Store.Totals().MappedBytes;
        long before = Resident(bench);
        byte[] value = Pattern(9_500_000, 4);
        bench.Put("large", value);
        long counted = bench.Store.Totals().MappedBytes - mapped;
        Assert.InRange(counted, value.Length, value.Length + 2 * Environment.SystemPageSize);
        Assert.Equal(counted, Resident(bench) - before);
        bench.Delete("large");
        bench.Settle();
        // What the background has mapped ahead, and nothing of the value.
        StoreTotals after = bench.Store.Totals();
        Assert.InRange(Resident(bench) - before, 0, (long)after.SegmentsFree * after.SegmentBytes);
    }

    [Fact]
    public void Disposed_store_keeps_what_is_leased_until_the_release()
    {
        var bench = new StoreBench();
        byte[] value = Pattern(100_000, 5);
        bench.Put("k", value);
        Leased leased = Take(bench, "k");
        SegmentArena arena = bench.Store.Table.Arena;
        bench.Dispose();
        Assert.Equal(value, leased.Bytes());
        leased.Lease.Release();
        Assert.Equal(0, arena.Mapped);
    }

    // Pages that the system has for the segments' addresses, by its own page table (proc(5), pagemap: bit 63).
    private static unsafe long Resident(StoreBench bench)
    {
        long pages = 0;
        using FileStream map = File.OpenRead("/proc/self/pagemap");
        foreach (Segment? segment in bench.Store.Table.Arena.Segments)
        {
            if (segment is null || segment.Base == null) continue;
            var entries = new byte[(long)segment.Space / Environment.SystemPageSize * sizeof(ulong)];
            map.Position = (long)segment.Base / Environment.SystemPageSize * sizeof(ulong);
            map.ReadExactly(entries);
            for (int at = 7; at < entries.Length; at += sizeof(ulong)) pages += entries[at] >> 7;
        }
        return pages * Environment.SystemPageSize;
    }

    private static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Leased Take(StoreBench bench, string key)
    {
        byte[] bytes = StoreBench.Bytes(key);
        var leasing = default(Leasing);
        Assert.Equal(FindStatus.Hit, bench.Store.Find(bytes, bench.Store.Hash(bytes), ref leasing));
        return leasing.Leased;
    }

    private readonly struct Leased(ByteLease lease, nint address)
    {
        public ByteLease Lease { get; } = lease;

        public byte[] Bytes()
        {
            var bytes = new byte[Lease.Length];
            System.Runtime.InteropServices.Marshal.Copy(address, bytes, 0, bytes.Length);
            return bytes;
        }
    }

    private struct Leasing : IItemReader
    {
        public Leased Leased;

        public void Read(scoped ItemView item)
        {
            ref byte first = ref Unsafe.AsRef(in item.Value[0]);
            // Off the managed heap: the address stays.
            nint address = Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref first);
            Leased = new Leased(item.Lease(), address);
        }
    }
}
