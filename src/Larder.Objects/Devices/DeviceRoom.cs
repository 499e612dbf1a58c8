using Larder.Events.Files;

namespace Larder.Objects.Devices;

/// <summary>
/// What fits onto a device: what its file system had free when it was asked last, less what was written since, less
/// what bodies on their way have been promised, less the reserve. Any thread.
/// </summary>
/// <param name="reserveBytes">Stays free.</param>
public sealed class DeviceRoom(long reserveBytes)
{
    private readonly Lock _lock = new();
    private SpaceStatus _space; // owner: _lock
    private bool _isKnown;      // owner: _lock
    private long _spent;        // owner: _lock; since _space was asked for
    private long _promised;     // owner: _lock

    /// <summary>The room of the file system when it was asked last; all zero before.</summary>
    public SpaceStatus Space
    {
        get
        {
            lock (_lock)
            {
                return _space;
            }
        }
    }

    /// <summary>Bytes that bodies on their way will need yet.</summary>
    public long Promised
    {
        get
        {
            lock (_lock)
            {
                return _promised;
            }
        }
    }

    /// <summary>Bytes written since the file system was asked.</summary>
    internal long Spent
    {
        get
        {
            lock (_lock)
            {
                return _spent;
            }
        }
    }

    /// <summary>Promises room to a body that comes; false when it does not fit.</summary>
    /// <param name="bytes">Its length; 0 when nobody knows.</param>
    public bool TryPromise(long bytes)
    {
        lock (_lock)
        {
            if (!Fits(bytes))
            {
                return false;
            }
            _promised += bytes;
            return true;
        }
    }

    /// <summary>Notes bytes that are about to be written; false when they do not fit: nothing is noted then.</summary>
    /// <param name="bytes">All of them.</param>
    /// <param name="promised">How many of them had been promised.</param>
    public bool TrySpend(long bytes, long promised)
    {
        lock (_lock)
        {
            if (bytes > promised && !Fits(bytes - promised))
            {
                return false;
            }
            _promised -= promised;
            _spent += bytes;
            return true;
        }
    }

    /// <summary>Takes back what was promised and will not be needed.</summary>
    public void Return(long promised)
    {
        lock (_lock)
        {
            _promised -= promised;
        }
    }

    /// <summary>Notes what the file system has told.</summary>
    /// <param name="space">Its answer.</param>
    /// <param name="spent"><see cref="Spent"/> before it was asked.</param>
    internal void Refresh(in SpaceStatus space, long spent)
    {
        lock (_lock)
        {
            _space = space;
            _isKnown = true;
            _spent -= spent;
        }
    }

    private bool Fits(long bytes) => !_isKnown || bytes <= _space.Available - _spent - _promised - reserveBytes;
}
