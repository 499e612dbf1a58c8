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

    /// <summary>Steps of a sixteenth of a power of two, from 1 ns: 6 % of error, 1 KiB of counters a caller.</summary>
    private const int StepsPerOctave = 16;
    private const int StepCount = 40 * StepsPerOctave;

    private readonly CacheKey[] _keys =
        [.. Enumerable.Range(0, KeyCount).Select(static i => new CacheKey(Encoding.ASCII.GetBytes($"bench:{i:D8}")))];

    private readonly byte[] _value = new byte[valueBytes];
    private long _end;

    /// <summary>Stores what is read.</summary>
    public async Task FillAsync()
    {
        foreach (CacheKey key in _keys) await client.SetAsync(key, _value).ConfigureAwait(false);
    }

    /// <summary>Runs for a time, and returns a line of figures.</summary>
    public async Task<string> RunAsync(TimeSpan time)
    {
        long[][] latencies = [.. Enumerable.Range(0, callers).Select(static _ => new long[StepCount])];
        GC.Collect();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long started = Stopwatch.GetTimestamp();
        _end = started + (long)(time.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(latencies.Select((counts, i) => Task.Run(() => CallAsync(i, counts)))).ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        long[] sum = new long[StepCount];
        foreach (long[] counts in latencies)
        {
            for (int i = 0; i < StepCount; i++) sum[i] += counts[i];
        }
        long operations = sum.Sum();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(isSet ? "set" : "get")} {valueBytes} B, {callers} callers: {operations / elapsed.TotalSeconds:F0}/s, "
            + $"{cpu.TotalMicroseconds / operations:F2} us CPU, {(double)allocated / operations:F1} B allocated, "
            + $"p50 {At(sum, 0.5):F0} p99 {At(sum, 0.99):F0} p99.9 {At(sum, 0.999):F0} us");
    }

    private async Task CallAsync(int number, long[] counts)
    {
        ArrayBufferWriter<byte> destination = new(Math.Max(1, valueBytes));
        uint random = (uint)number * 2654435761 | 1;
        long before = Stopwatch.GetTimestamp();
        while (before < _end)
        {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            CacheKey key = _keys[random % KeyCount];
            destination.ResetWrittenCount();
            CacheResult result = isSet
                ? await client.SetAsync(key, _value).ConfigureAwait(false)
                : await client.GetAsync(key, destination).ConfigureAwait(false);
            if (!result.IsSuccess) throw new InvalidOperationException($"the server lost a key: {result}");
            long after = Stopwatch.GetTimestamp();
            double nanoseconds = Math.Max(1, (after - before) * 1e9 / Stopwatch.Frequency);
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
