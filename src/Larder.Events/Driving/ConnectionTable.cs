using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// From the key of an event to its connection. Slots are descriptors; a generation in the upper half of the key tells
/// a late event of a closed connection from one of its successor on the same descriptor.
/// </summary>
/// <remarks>Find takes no lock; adding and removing do, and never over a system call.</remarks>
internal sealed class ConnectionTable
{
    private const int SlotsMin = 256;

    private readonly Lock _lock = new();
    private Connection?[] _slots = new Connection?[SlotsMin]; // owner: _lock for writing; replaced, never shrunk
    private uint _generation;                                 // owner: _lock
    private int _count;                                       // owner: _lock for writing
    private long _walks;                                      // owner: _lock for writing

    public int Count => Volatile.Read(ref _count);

    /// <summary>Times that somebody has gone through all connections.</summary>
    public long Walks => Volatile.Read(ref _walks);

    public void Add(Connection connection)
    {
        int fd = connection.Descriptor;
        lock (_lock)
        {
            if (fd >= _slots.Length)
            {
                var larger = new Connection?[Math.Max(_slots.Length * 2, fd + 1)];
                _slots.CopyTo(larger, 0);
                Volatile.Write(ref _slots, larger); // pairs with Find: complete before it is seen
            }
            _generation++;
            connection.Key = ((ulong)_generation << 32) | (uint)fd;
            _slots[fd] = connection;
            _count++;
        }
    }

    /// <summary>The connection that was registered under this key; null when it is closed.</summary>
    public Connection? Find(ulong key)
    {
        Connection?[] slots = Volatile.Read(ref _slots);
        uint fd = (uint)key;
        if (fd >= (uint)slots.Length)
        {
            return null;
        }
        Connection? connection = Volatile.Read(ref slots[fd]);
        return connection != null && connection.Key == key ? connection : null;
    }

    /// <summary>Takes a connection out before its descriptor is closed; false when it is out already.</summary>
    public bool Remove(Connection connection)
    {
        int fd = connection.Descriptor;
        lock (_lock)
        {
            if (fd < 0 || fd >= _slots.Length || !ReferenceEquals(_slots[fd], connection))
            {
                return false;
            }
            _slots[fd] = null;
            _count--;
            return true;
        }
    }

    /// <summary>The connections of this moment.</summary>
    public List<Connection> Snapshot()
    {
        lock (_lock)
        {
            _walks++;
            var all = new List<Connection>(_count);
            foreach (Connection? connection in _slots)
            {
                if (connection != null)
                {
                    all.Add(connection);
                }
            }
            return all;
        }
    }
}
