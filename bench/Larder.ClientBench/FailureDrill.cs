using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Larder.Client;

namespace Larder.ClientBench;

/// <summary>
/// Callers who read keys of all servers while one of these is killed or stopped: what the owners of its keys see, and
/// whether anybody else sees anything.
/// </summary>
internal sealed class FailureDrill(CacheClient client, string victim, string signal, string process)
{
    private const int CallerCount = 50;
    private const int KeyCount = 10_000;
    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(3);

    private readonly CacheKey[] _keys =
        [.. Enumerable.Range(0, KeyCount).Select(static i => new CacheKey(Encoding.ASCII.GetBytes($"drill:{i:D8}")))];

    private readonly string?[] _owners = new string?[KeyCount];
    private long _failed = long.MaxValue; // when the signal was sent
    private volatile bool _isOver;

    /// <summary>Runs, and returns a row of figures.</summary>
    public async Task<string> RunAsync()
    {
        // Who has just started and is slow to accept counts as down at first: until all have their keys.
        while (await FillAsync().ConfigureAwait(false))
        {
        }
        DrillTally[] tallies = [.. Enumerable.Range(0, CallerCount).Select(static _ => new DrillTally())];
        Task[] calling = [.. tallies.Select((tally, i) => Task.Run(() => CallAsync(i, tally)))];
        await Task.Delay(s_before).ConfigureAwait(false);
        Volatile.Write(ref _failed, Stopwatch.GetTimestamp());
        using (Process sender = Process.Start("kill", [$"-{signal}", process]))
            await sender.WaitForExitAsync().ConfigureAwait(false);
        await Task.Delay(s_after).ConfigureAwait(false);
        _isOver = true;
        await Task.WhenAll(calling).ConfigureAwait(false);
        DrillTally sum = new();
        foreach (DrillTally tally in tallies) sum.Add(tally);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"failure\t{signal}\t{sum.Others}\t{sum.OtherErrors}\t{sum.OtherMoves}\t"
            + $"{sum.OtherLongest.TotalMilliseconds:F1}\t{sum.Own}\t{sum.OwnErrors}\t{sum.OwnMisses}\t"
            + $"{sum.OwnLongest.TotalMilliseconds:F1}\t{sum.OwnDeadlines}");
    }

    // Stores all keys; true when one has another owner than before.
    private async Task<bool> FillAsync()
    {
        bool hasChanged = false;
        for (int i = 0; i < KeyCount; i++)
        {
            string? owner = (await client.SetAsync(_keys[i], new byte[100]).ConfigureAwait(false)).Server;
            hasChanged |= owner != _owners[i];
            _owners[i] = owner;
        }
        return hasChanged;
    }

    private async Task CallAsync(int number, DrillTally tally)
    {
        ArrayBufferWriter<byte> destination = new(256);
        TimeSpan deadline = new CacheClientOptions().RequestTimeout;
        Random random = new(number);
        while (!_isOver)
        {
            int key = random.Next(KeyCount);
            destination.ResetWrittenCount();
            long before = Stopwatch.GetTimestamp();
            CacheResult result = await client.TryGetAsync(new GetRequest(_keys[key]), destination)
                .ConfigureAwait(false);
            TimeSpan time = Stopwatch.GetElapsedTime(before);
            if (Stopwatch.GetTimestamp() < Volatile.Read(ref _failed)) continue;
            if (_owners[key] == victim) tally.CountOwn(result, time, deadline);
            else tally.CountOther(result, _owners[key], time);
        }
    }
}
