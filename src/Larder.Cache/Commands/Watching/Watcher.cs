using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Cache.Commands.Watching;

/// <summary>
/// A client of <c>watch</c>: lines that wait for its connection, in a ring of fixed size. The formatter fills it and
/// asks for a turn; in its turn the connection takes what has come. Lines that find no room are counted, and their
/// number stands before the next that does.
/// </summary>
internal sealed class Watcher : LongAnswer
{
    /// <summary>The smallest ring: some of the longest lines.</summary>
    private const int CapacityMin = 16 * 1024;

    /// <summary>skipped=, 20 digits, LF.</summary>
    private const int SkippedLengthMax = 32;

    private readonly WatchLog _log;
    private readonly Connection _connection;
    private readonly byte[] _lines;
    private long _head;    // owner: the formatter; bytes ever written
    private long _tail;    // owner: the connection's thread; bytes ever taken
    private long _skipped; // owner: the formatter; lines left out since the last that was not
    private int _asked;    // owner: interlocked; 1 = a turn was asked for

    public Watcher(WatchLog log, Connection connection, WatchKinds kinds, long firstGid, int capacity)
    {
        _log = log;
        _connection = connection;
        _lines = GC.AllocateUninitializedArray<byte>(Math.Max(capacity, CapacityMin));
        Kinds = kinds;
        FirstGid = firstGid;
    }

    /// <summary>What it wants to see.</summary>
    public WatchKinds Kinds { get; }

    /// <summary>Events before this one are older than it.</summary>
    public long FirstGid { get; }

    private bool IsEmpty => Volatile.Read(ref _head) == _tail;

    /// <summary>Appends a line; the formatter only.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAppend(ReadOnlySpan<byte> line)
    {
        // Pairs with the release in Take: what the connection has taken may be written over.
        long room = _lines.Length - (_head - Volatile.Read(ref _tail));
        if (_skipped == 0)
        {
            return TryCopy(line, default, room);
        }
        Span<byte> note = stackalloc byte[SkippedLengthMax];
        var text = new LineBuilder(note);
        text.Text("skipped="u8);
        text.Number((ulong)_skipped);
        text.Text("\n"u8);
        if (!TryCopy(note[..text.Length], line, room))
        {
            return false;
        }
        _skipped = 0;
        return true;
    }

    /// <summary>Has the connection take what has come; the formatter only.</summary>
    public void Deliver()
    {
        if (_head != Volatile.Read(ref _tail) && Interlocked.Exchange(ref _asked, 1) == 0)
        {
            _connection.RequestTurn();
        }
    }

    /// <inheritdoc/>
    public override AnswerState Continue(CacheThread thread, Turn turn)
    {
        // Before looking: lines that come after the look find it open and ask again.
        Interlocked.Exchange(ref _asked, 0);
        while (!IsEmpty)
        {
            if (!thread.Output.IsEmpty)
            {
                return AnswerState.Unfinished; // the socket is full, or has its share of this turn
            }
            Take(thread, turn.OutputHigh);
        }
        return AnswerState.Waits;
    }

    /// <inheritdoc/>
    public override void End() => _log.Remove(this);

    private void Take(CacheThread thread, long most)
    {
        long count = Math.Min(Volatile.Read(ref _head) - _tail, Math.Max(most, 1));
        int at = (int)(_tail % _lines.Length);
        int first = (int)Math.Min(count, _lines.Length - at);
        thread.Output.Write(_lines.AsSpan(at, first));
        thread.Output.Write(_lines.AsSpan(0, (int)count - first));
        Volatile.Write(ref _tail, _tail + count);
    }

    private bool TryCopy(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, long room)
    {
        if (first.Length + second.Length > room)
        {
            _skipped++;
            return false;
        }
        Copy(first, _head);
        Copy(second, _head + first.Length);
        Volatile.Write(ref _head, _head + first.Length + second.Length); // publishes the bytes
        return true;
    }

    private void Copy(ReadOnlySpan<byte> bytes, long place)
    {
        int at = (int)(place % _lines.Length);
        int whole = Math.Min(bytes.Length, _lines.Length - at);
        bytes[..whole].CopyTo(_lines.AsSpan(at));
        bytes[whole..].CopyTo(_lines);
    }
}
