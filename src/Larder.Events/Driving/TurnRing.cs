using Larder.Events.Wire;

namespace Larder.Events.Driving;

/// <summary>
/// The connections of a front end that have spent their turn and want another, first in first out. Each is in it at
/// most once. Owned by the front end's thread.
/// </summary>
internal sealed class TurnRing
{
    private const int CapacityMin = 64;

    private Connection?[] _ring = new Connection?[CapacityMin];
    private int _head;
    private int _count;

    public int Count => _count;

    public void Enqueue(Connection connection)
    {
        if (connection.InRing)
        {
            return;
        }
        if (_count == _ring.Length)
        {
            Grow();
        }
        connection.InRing = true;
        _ring[(_head + _count) & (_ring.Length - 1)] = connection;
        _count++;
    }

    public Connection Dequeue()
    {
        Connection connection = _ring[_head]!;
        _ring[_head] = null;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        connection.InRing = false;
        return connection;
    }

    private void Grow()
    {
        var larger = new Connection?[_ring.Length * 2];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }
        _ring = larger;
        _head = 0;
    }
}
