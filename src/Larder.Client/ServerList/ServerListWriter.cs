namespace Larder.Client.ServerList;

/// <summary>
/// Writes a shared list: the monitor's side. One thread at a time; one writer for a path, which a lock on
/// <c>PATH.lock</c> sees to. A list that outgrows its slots gets a new file of the same name, and the old one says so.
/// </summary>
public sealed class ServerListWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _lock;
    private readonly uint _periodMs;
    private readonly Func<long> _nowMs;
    private ServerListMap _map;
    private byte[] _slot;
    private ulong _generation;

    private ServerListWriter(string path, FileStream held, uint periodMs, Func<long> nowMs, int slotLength)
    {
        _path = path;
        _lock = held;
        _periodMs = periodMs;
        _nowMs = nowMs;
        _map = Replace(slotLength);
        _slot = new byte[slotLength];
    }

    /// <summary>Makes the file, in the place of what an earlier monitor has left.</summary>
    /// <param name="path">Its path, on a file system in memory as a rule (<c>/run</c>, <c>/dev/shm</c>).</param>
    /// <param name="period">The longest time between two calls of <see cref="Beat"/>; at least a millisecond.</param>
    /// <param name="servers">The list to begin with.</param>
    /// <returns>The writer.</returns>
    /// <exception cref="IOException">Another writer has the path, or the file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it.</exception>
    /// <exception cref="ArgumentException">A server that does not fit its fields.</exception>
    public static ServerListWriter Create(string path, TimeSpan period, IReadOnlyList<ServerVerdict> servers) =>
        Create(path, period, servers, static () => MachineClock.NowMs);

    /// <summary>Makes the file, with a clock that tests can move.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="period">The longest time between two heartbeats.</param>
    /// <param name="servers">The list to begin with.</param>
    /// <param name="nowMs">The machine's monotonic clock.</param>
    /// <returns>The writer.</returns>
    internal static ServerListWriter Create(
        string path, TimeSpan period, IReadOnlyList<ServerVerdict> servers, Func<long> nowMs)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.FromMilliseconds(1));
        ServerListFormat.Check(servers);
        var held = new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var writer = new ServerListWriter(
                path, held, (uint)period.TotalMilliseconds, nowMs, ServerListFormat.SlotLength(servers));
            writer.Publish(servers);
            return writer;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Publishes a list; readers see the last one or this one, never parts of both.</summary>
    /// <param name="servers">The list.</param>
    /// <exception cref="ArgumentException">A server that does not fit its fields.</exception>
    /// <exception cref="IOException">The list needed a longer file, which could not be made.</exception>
    public void Publish(IReadOnlyList<ServerVerdict> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        ServerListFormat.Check(servers);
        int length = ServerListFormat.Encode(_slot, _generation + 1, servers);
        if (length == 0)
        {
            int slotLength = ServerListFormat.SlotLength(servers);
            ServerListMap grown = Replace(slotLength);
            _map.Dispose();
            (_map, _slot) = (grown, new byte[slotLength]);
            length = ServerListFormat.Encode(_slot, _generation + 1, servers);
        }
        _generation++;
        _map.WriteSlot(_generation, _slot, length);
        // Pairs with the reader's barrier: the slot is there before the generation that names it.
        Interlocked.MemoryBarrier();
        _map.Write(ServerListFormat.GenerationAt, _generation);
        Beat();
    }

    /// <summary>Tells readers that the monitor lives.</summary>
    public void Beat() => _map.Write(ServerListFormat.HeartbeatAt, (ulong)_nowMs());

    /// <summary>Tells readers that the monitor has stopped; the list stays for who comes later.</summary>
    public void Dispose()
    {
        _map.Write(ServerListFormat.FlagsAt, ServerListFormat.StoppedFlag);
        _map.Dispose();
        _lock.Dispose();
    }

    /// <summary>A new file takes the name; then the old one tells its readers to open it again.</summary>
    private ServerListMap Replace(int slotLength)
    {
        string temporary = $"{_path}.new";
        File.Delete(temporary);
        using ServerListMap? old = ServerListMap.Open(_path, FileAccess.ReadWrite);
        ServerListMap map = ServerListMap.Create(temporary, slotLength);
        map.Write(ServerListFormat.PeriodAt, _periodMs);
        map.Write(ServerListFormat.PidAt, (ulong)Environment.ProcessId);
        map.Write(ServerListFormat.BootIdAt, MachineClock.BootId);
        map.Write(ServerListFormat.EpochAt, EpochAfter(old));
        map.Write(ServerListFormat.HeartbeatAt, (ulong)_nowMs());
        File.Move(temporary, _path, overwrite: true);
        old?.Write(ServerListFormat.FlagsAt, ServerListFormat.MovedFlag);
        return map;
    }
    /// <summary>Now, but later than the file that is replaced: the system's clock may have been set back.</summary>
    private static ulong EpochAfter(ServerListMap? old)
    {
        ulong nowUs = (ulong)((DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        return old is null ? nowUs : Math.Max(nowUs, old.ReadLong(ServerListFormat.EpochAt) + 1);
    }
}
