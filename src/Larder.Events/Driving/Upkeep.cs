namespace Larder.Events.Driving;

/// <summary>
/// Work that no client waits for, done by a server's front ends in slices between their clients' requests. A thread of
/// its own would do it while they serve, but where both need the same lock, and cores are few, the front end waits
/// until that thread gets its core again, which is milliseconds; a front end waits for nobody when it does the work.
/// </summary>
/// <remarks>
/// <code>
///   whoever keeps time --TryBegin--> front end 0: slice --mail--> front end 1: slice ... until the slices are used up
/// </code>
/// Each slice is a message of its own: events and connections with work left over have their turn before the next one
/// comes. One slice runs at a time. A front end that has served since its last slice does fewer of them than an idle
/// one, so that clients of a server with much to do do not queue up behind work for nobody.
/// </remarks>
public sealed class Upkeep
{
    private readonly StreamServer _server;
    private readonly Errand _errand;

    /// <summary>Nothing is done before <see cref="TryBegin"/>.</summary>
    /// <param name="server">Who has the front ends.</param>
    /// <param name="slice">Some of the work, a tenth of a millisecond or so; true when there is more.</param>
    /// <param name="busySlices">
    /// Slices that one <see cref="TryBegin"/> leads to on each front end that gets connections; 1 or more.
    /// </param>
    /// <param name="idleSlices">The same while nobody is served; as many or more.</param>
    public Upkeep(StreamServer server, Func<bool> slice, int busySlices, int idleSlices)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(slice);
        ArgumentOutOfRangeException.ThrowIfLessThan(busySlices, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(idleSlices, busySlices);
        _server = server;
        _errand = new Errand(server, slice, busySlices, idleSlices);
    }

    /// <summary>False for a server whose driver is the queue: its workers may block, and have no mailbox.</summary>
    public bool HasFrontEnds => !_server.ServingFrontEnds.IsEmpty;

    /// <summary>Slices are being done.</summary>
    public bool IsUnderWay => _errand.IsUnderWay;

    /// <summary>The last slice said that there is more.</summary>
    public bool HasMore => _errand.HasMore;

    /// <summary>Lets the front ends do some slices; one thread, of a server with front ends.</summary>
    /// <returns>False when those of the last call are not done yet.</returns>
    public bool TryBegin() => _errand.TryBegin();

    /// <summary>The message that goes round the front ends.</summary>
    private sealed class Errand(StreamServer server, Func<bool> slice, int busySlices, int idleSlices) : Mail
    {
        private readonly long[] _served = new long[server.ServingFrontEnds.Length]; // owner: who has the message
        private volatile bool _isUnderWay;  // owner: who begins, until it is posted; then who runs the last slice
        private volatile bool _hasMore;     // owner: who has the message
        private long _done;                 // owner: who has the message; slices since the beginning
        private bool _isAnyBusy;            // owner: who has the message
        private int _next;                  // owner: who has the message

        public bool IsUnderWay => _isUnderWay;

        public bool HasMore => _hasMore;

        public bool TryBegin()
        {
            if (_isUnderWay)
            {
                return false;
            }
            _isUnderWay = true;
            _done = 0;
            _isAnyBusy = false;
            PostToNext();
            return true;
        }

        protected internal override void Run(Turn turn)
        {
            _isAnyBusy |= turn.Counters.Steps != _served[turn.Index];
            _served[turn.Index] = turn.Counters.Steps;
            _hasMore = slice();
            if (_hasMore && ++_done < (_isAnyBusy ? busySlices : idleSlices) * (long)_served.Length)
            {
                PostToNext();
            }
            else
            {
                _isUnderWay = false;
            }
        }

        private void PostToNext()
        {
            ReadOnlySpan<FrontEnd> frontEnds = server.ServingFrontEnds;
            FrontEnd chosen = frontEnds[_next];
            _next = (_next + 1) % frontEnds.Length;
            chosen.Post(this);
        }
    }
}
