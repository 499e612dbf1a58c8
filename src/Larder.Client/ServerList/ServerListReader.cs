namespace Larder.Client.ServerList;

/// <summary>
/// Reads a shared list, which a monitor writes and any number of processes read without a lock. A read that met a write
/// is noticed by generation and checksum, and done again. A file that does not exist yet is waited for.
/// </summary>
public sealed class ServerListReader : IDisposable
{
    // The writer would have to publish twice within each of so many copies.
    private const int TryCountMax = 64;

    private readonly string _path;
    private readonly Func<long> _nowMs;
    private readonly Lock _gate = new(); // one refresh at a time; Current needs none
    private ServerListMap? _map; // owner: _gate
    private bool _isOfThisRun; // owner: _gate; whether the heartbeat's clock is this machine's
    private byte[] _slot = []; // owner: _gate
    private ServerListSnapshot? _current; // owner: _gate; read without it
    private long _tornReadCount; // owner: _gate; read without it

    /// <summary>A reader of a path.</summary>
    /// <param name="path">The file of the monitor.</param>
    public ServerListReader(string path)
        : this(path, static () => MachineClock.NowMs)
    {
    }

    /// <summary>A reader with a clock that tests can move.</summary>
    /// <param name="path">The file of the monitor.</param>
    /// <param name="nowMs">The machine's monotonic clock.</param>
    internal ServerListReader(string path, Func<long> nowMs)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _nowMs = nowMs;
    }

    /// <summary>The last list that was read whole; null before the first. Any thread may ask.</summary>
    public ServerListSnapshot? Current => Volatile.Read(ref _current);

    /// <summary>Copies that were thrown away since a write came between.</summary>
    public long TornReadCount => Interlocked.Read(ref _tornReadCount);

    /// <summary>Looks whether there is a new list. A few loads if there is none. Any thread may call.</summary>
    /// <returns>Whether <see cref="Current"/> can be relied on.</returns>
    public ServerListStatus Refresh()
    {
        lock (_gate)
        {
            // A monitor that died between the two steps of a change of files has left no mark: silence is one, too.
            if (_map is null || !IsAlive(_map))
                Reopen();
            if (_map is not null)
                Read(_map);
            if (_current is null)
                return ServerListStatus.Missing;
            return _map is not null && IsAlive(_map) ? ServerListStatus.Fresh : ServerListStatus.Stale;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _map?.Dispose();
            _map = null;
        }
    }

    // What was mapped stays if there is nothing else: its list is better than none.
    private void Reopen()
    {
        if (ServerListMap.Open(_path, FileAccess.Read) is not { } map)
            return;
        _map?.Dispose();
        _map = map;
        if (_slot.Length != map.SlotLength) _slot = new byte[map.SlotLength];
        byte[] bootId = new byte[16];
        map.Read(ServerListFormat.BootIdAt, bootId);
        _isOfThisRun = bootId.AsSpan().SequenceEqual(MachineClock.BootId);
    }

    private void Read(ServerListMap map)
    {
        for (int tried = 0; tried < TryCountMax; tried++)
        {
            ulong generation = map.ReadLong(ServerListFormat.GenerationAt);
            long epoch = (long)map.ReadLong(ServerListFormat.EpochAt);
            if (generation == 0 || (_current?.Generation == generation && _current.Epoch == epoch))
                return;
            // Pairs with the writer's barrier: a slot is never older than the generation that named it.
            Interlocked.MemoryBarrier();
            map.ReadSlot(generation, _slot);
            if (ServerListFormat.Decode(_slot, generation) is { } servers)
            {
                Volatile.Write(ref _current, new ServerListSnapshot(epoch, generation, servers));
                return;
            }
            Interlocked.Increment(ref _tornReadCount);
        }
    }

    private bool IsAlive(ServerListMap map)
    {
        if (!_isOfThisRun || map.ReadInt(ServerListFormat.FlagsAt) != 0)
            return false;
        long silenceMs = _nowMs() - (long)map.ReadLong(ServerListFormat.HeartbeatAt);
        long silenceMsMax = (long)map.ReadInt(ServerListFormat.PeriodAt) * ServerListFormat.PeriodsOfSilence;
        return silenceMs <= silenceMsMax;
    }
}
