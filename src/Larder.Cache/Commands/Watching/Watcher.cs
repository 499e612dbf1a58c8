using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Cache.Commands.Watching;

/// <summary>
/// A client of <c>watch</c>: lines that wait for its connection. The formatter appends them and asks for a turn; in its
/// turn the connection takes what has come.
/// </summary>
internal sealed class Watcher(WatchLog log, Connection connection, WatchKinds kinds, long firstGid, int capacity)
    : LongAnswer, ILogSink
{
    private readonly LineRing _lines = new(capacity);
    private int _asked; // owner: interlocked; 1 = a turn was asked for

    /// <inheritdoc/>
    public WatchKinds Kinds { get; } = kinds;

    /// <inheritdoc/>
    public WatchKinds Wanted => Kinds;

    /// <inheritdoc/>
    public long FirstGid { get; } = firstGid;

    /// <inheritdoc/>
    public bool TryAppend(ReadOnlySpan<byte> line) => _lines.TryAppend(line);

    /// <inheritdoc/>
    public void Deliver()
    {
        if (!_lines.IsEmpty && Interlocked.Exchange(ref _asked, 1) == 0)
        {
            connection.RequestTurn();
        }
    }

    /// <inheritdoc/>
    public override AnswerState Continue(CacheThread thread, Turn turn)
    {
        // Before looking: lines that come after the look find it open and ask again.
        Interlocked.Exchange(ref _asked, 0);
        while (!_lines.IsEmpty)
        {
            if (!thread.Output.IsEmpty)
            {
                return AnswerState.Unfinished; // the socket is full, or has its share of this turn
            }
            Take(thread, Math.Max(turn.OutputHigh, 1));
        }
        return AnswerState.Waits;
    }

    /// <inheritdoc/>
    public override void End() => log.Remove(this);

    // Twice at most: up to the ring's end, and from its beginning.
    private void Take(CacheThread thread, long most)
    {
        for (ReadOnlySpan<byte> lines = _lines.Peek(most); !lines.IsEmpty; lines = _lines.Peek(most))
        {
            thread.Output.Write(lines);
            _lines.Free(lines.Length);
            most -= lines.Length;
        }
    }
}
