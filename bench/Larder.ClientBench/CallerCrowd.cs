using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Larder.Client;

namespace Larder.ClientBench;

/// <summary>Callers that each ask, wait and ask again, and what that costs.</summary>
internal sealed class CallerCrowd(CacheClient client, bool isSet, int valueBytes, int callers)
{
    private const int KeyCount = 10_000;

    /// <summary>Steps of a sixteenth of a power of two, from 1 ns: 6 % of error, 5 KiB of counters a caller.</summary>
    private const int StepsPerOctave = 16;
    private const int StepCount = 40 * StepsPerOctave;

    /// <summary>Callers run so long before counting begins: all have begun, pools are as full as they get.</summary>
    private static readonly TimeSpan s_lead = TimeSpan.FromMilliseconds(200);

    private static readonly CacheKey[] s_keys =
        [.. Enumerable.Range(0, KeyCount).Select(static i => new CacheKey(Encoding.ASCII.GetBytes($"bench:{i:D8}")))];

    private readonly byte[] _value = new byte[valueBytes];
    private volatile Phase _phase;

    private enum Phase
    {
        Lead,
        Counted,
        Over,
    }

    /// <summary>Stores what is read, by the peers' programs, too.</summary>
    public async Task FillAsync()
    {
        foreach (CacheKey[] some in s_keys.Chunk(100))
            await Task.WhenAll(some.Select(key => client.SetAsync(key, _value).AsTask())).ConfigureAwait(false);
    }

    /// <summary>Runs for a time, and returns a row of figures.</summary>
    public string Run(TimeSpan time)
    {
        long[][] latencies = [.. Enumerable.Range(0, callers).Select(static _ => new long[StepCount])];
        ArrayBufferWriter<byte>[] writers =
            [.. Enumerable.Range(0, callers).Select(_ => new ArrayBufferWriter<byte>(valueBytes))];
        Task[] calling =
            [.. latencies.Select((counts, i) => Task.Run(() => CallAsync(i, counts, writers[i])))];
        // This thread only waits, for a caller that fails at most: it must not be one of those that serve callers.
        _ = Task.WaitAny(calling, s_lead);
        GC.Collect();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long started = Stopwatch.GetTimestamp();
        _phase = Phase.Counted;
        _ = Task.WaitAny(calling, time);
        _phase = Phase.Over;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Task.WaitAll(calling);
        long[] sum = new long[StepCount];
        foreach (long[] counts in latencies)
        {
            for (int i = 0; i < StepCount; i++) sum[i] += counts[i];
        }
        long operations = sum.Sum();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(isSet ? "set" : "get")}\t{valueBytes}\tLarder.Client, {callers} caller{(callers == 1 ? "" : "s")}\t"
            + $"{operations / elapsed.TotalSeconds:F0}\t{cpu.TotalMicroseconds / operations:F3}\t"
            + $"{(double)allocated / operations:F2}\t{At(sum, 0.5):F0}\t{At(sum, 0.99):F0}\t{At(sum, 0.999):F0}");
    }

    private async Task CallAsync(int number, long[] counts, ArrayBufferWriter<byte> destination)
    {
        uint random = (uint)number * 2654435761 | 1;
        long before = Stopwatch.GetTimestamp();
        while (_phase != Phase.Over)
        {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            CacheKey key = s_keys[random % KeyCount];
            destination.ResetWrittenCount();
            CacheResult result = isSet
                ? await client.SetAsync(key, _value).ConfigureAwait(false)
                : await client.GetAsync(key, destination).ConfigureAwait(false);
            if (!result.IsSuccess) throw new InvalidOperationException($"the server lost a key: {result}");
            long after = Stopwatch.GetTimestamp();
            double nanoseconds = Math.Max(1, (after - before) * 1e9 / Stopwatch.Frequency);
            if (_phase == Phase.Counted)
                counts[Math.Min(StepCount - 1, (int)(Math.Log2(nanoseconds) * StepsPerOctave))]++;
            before = after;
        }
    }

    private static double At(long[] counts, double share)
    {
        long left = (long)(counts.Sum() * share);
        int step = 0;
        while (step < StepCount - 1 && left >= counts[step]) left -= counts[step++];
        return Math.Pow(2, (step + 0.5) / StepsPerOctave) / 1000;
    }
}
