using System.Collections.Concurrent;

namespace Larder.Objects.Serving;

/// <summary>
/// The clock's hand over one kind of <see cref="HotFiles"/>: knows what all of them take of something that is bounded,
/// and which is to be given up when that is too much. Thread-safe.
/// </summary>
/// <param name="files">All that is kept; files that are not in it any more are passed over.</param>
/// <param name="max">What they may take together; 0 keeps none.</param>
/// <param name="weigh">What one takes.</param>
internal sealed class HotHand(ConcurrentDictionary<byte[], HotFile> files, long max, Func<HotFile, int> weigh)
{
    /// <summary>Names of files that went otherwise, for which alone the hand does not move.</summary>
    private const int PassedOverMin = 64;

    private readonly Lock _lock = new();
    private readonly Queue<(byte[] Path, HotFile File)> _order = new(); // owner: _lock
    private long _taken;                                                // owner: _lock
    private int _kept;                                                  // owner: _lock

    /// <summary>What they may take together.</summary>
    public long Max { get; } = max;

    /// <summary>Names behind the hand, of files that are kept and of some that went.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
            {
                return _order.Count;
            }
        }
    }

    /// <summary>A file is kept from now on.</summary>
    public void Added(byte[] path, HotFile file)
    {
        lock (_lock)
        {
            _order.Enqueue((path, file));
            _taken += weigh(file);
            _kept++;
        }
    }

    /// <summary>A file is kept no more.</summary>
    public void Removed(HotFile file)
    {
        lock (_lock)
        {
            _taken -= weigh(file);
            _kept--;
        }
    }

    /// <summary>The next one to be given up, or null while there is room.</summary>
    public KeyValuePair<byte[], HotFile>? TakeExcess()
    {
        lock (_lock)
        {
            // Names of files that went otherwise would pile up behind the hand: it moves on for them as well.
            while (_order.Count > 0 && (_taken > Max || _order.Count > (2 * _kept) + PassedOverMin))
            {
                (byte[] path, HotFile file) = _order.Dequeue();
                bool isKept = files.TryGetValue(path, out HotFile? kept) && ReferenceEquals(kept, file);
                if (isKept && file.WasUsed)
                {
                    file.WasUsed = false;
                    _order.Enqueue((path, file));
                }
                else if (isKept && _taken > Max)
                {
                    return KeyValuePair.Create(path, file);
                }
                else if (isKept)
                {
                    _order.Enqueue((path, file)); // it was only passed on the way to those that went
                }
            }
            return null;
        }
    }
}
