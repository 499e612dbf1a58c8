using System.Globalization;
using Larder.Events.Driving;

namespace Larder.Cache.Tests.Commands;

/// <summary>
/// Aim: a get of many keys answers each once and in order, however often it is broken off. Method: more keys than a
/// group holds, more bytes than the output may hold at a time, and keys that are too long at every place of the line.
/// </summary>
public sealed class MultigetTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(8_000)]
    public void Multiget_of_many_keys_answers_each_hit_in_order(int length)
    {
        const int Keys = 300;
        const int MissEvery = 7;
        using var bench = new AdministrationBench();
        for (int number = 0; number < Keys; number++)
        {
            if (number % MissEvery != 0)
            {
                bench.Put($"key{number}", Value(number, length));
            }
        }
        IEnumerable<int> numbers = Enumerable.Range(0, Keys);
        bench.Send("get  " + string.Join("  ", numbers.Select(static number => $"key{number}")) + " \r\nmn\r\n");
        foreach (int number in numbers.Where(static number => number % MissEvery != 0))
        {
            Assert.Equal($"VALUE key{number} 0 {length}", bench.ReadLine());
            Assert.Equal(Value(number, length), bench.ReadLine());
        }
        Assert.Equal("END", bench.ReadLine());
        Assert.Equal("MN", bench.ReadLine());
    }

    [Fact]
    public void Multiget_with_a_key_that_is_too_long_shows_no_key()
    {
        const int Keys = 40;
        const int LengthMax = 250;
        using var bench = new AdministrationBench();
        bench.Put("a", "1");
        for (int place = 0; place <= Keys; place++)
        {
            string[] keys = [.. Enumerable.Repeat("a", Keys)];
            keys = [.. keys[..place], new string('k', LengthMax + 1), .. keys[place..]];
            Assert.Equal("CLIENT_ERROR bad command line format", bench.Ask("get " + string.Join(' ', keys)));

            keys[place] = new string('k', LengthMax);
            Assert.Equal("VALUE a 0 1", bench.Ask("get " + string.Join(' ', keys)));
            Assert.Equal("1", bench.ReadLine());
            for (int hit = 1; hit < Keys; hit++)
            {
                Assert.Equal(("VALUE a 0 1", "1"), (bench.ReadLine(), bench.ReadLine()));
            }
            Assert.Equal("END", bench.ReadLine());
        }
    }

    /// <summary>
    /// The keys that were looked up, less what the kernel took, are what waits in the server.
    /// </summary>
    [Theory]
    [InlineData(64 << 10, 100_000, 10_000)]
    [InlineData(4 << 20, 100_000, 10_000)]
    [InlineData(64 << 10, 1_000, 200_000)]
    public void Multiget_of_a_client_that_does_not_read_queues_no_more_than_the_limit(int limit, int length, int keys)
    {
        using var bench = new AdministrationBench(options => options.ReplyBytesMax = limit);
        bench.Put("k", Value(1, length));
        DriverCounters counters = bench.Server.Driver.Turns.Single().Counters;
        using AskingClient silent = bench.Connect();
        silent.Send("get" + string.Concat(Enumerable.Repeat(" k", keys)) + "\r\n");
        while (counters.BackPressures == 0) Assert.Equal("MN", bench.Ask("mn"));
        long hits = long.Parse(bench.Stat("stats", "get_hits"), CultureInfo.InvariantCulture);
        Assert.InRange(hits, 1, keys - 1);
        int answer = $"VALUE k 0 {length}\r\n\r\n".Length + length;
        long waiting = hits * answer - counters.BytesWritten;
        Assert.True(waiting <= limit + answer, $"{waiting} bytes of {hits} answers wait");
    }

    [Fact]
    public void Multiget_goes_on_when_its_client_reads_again()
    {
        const int Keys = 200;
        const int Length = 100_000;
        using var bench = new AdministrationBench(options => options.ReplyBytesMax = 4096);
        bench.Put("k", Value(1, Length));
        using AskingClient late = bench.Connect();
        late.Send("get" + string.Concat(Enumerable.Repeat(" k", Keys)) + "\r\n");
        while (bench.Server.Driver.Turns.Single().Counters.BackPressures == 0) Assert.Equal("MN", bench.Ask("mn"));
        for (int key = 0; key < Keys; key++)
        {
            Assert.Equal($"VALUE k 0 {Length}", late.ReadLine());
            Assert.Equal(Length, late.ReadLine().Length);
        }
        Assert.Equal("END", late.ReadLine());
    }

    private static string Value(int number, int length) => new((char)('a' + (number % 26)), length);
}
