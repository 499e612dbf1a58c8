using Larder.Cache.Store;
using Larder.Events.Driving;

namespace Larder.Cache.Commands.Dumping;

/// <summary>
/// An answer for which the whole store is looked at: some items in each turn, none while the client does not read.
/// Each item that is there all the time is met exactly once (<see cref="ItemStore.Iterate"/>).
/// </summary>
/// <param name="gate">Where it has a place until it ends.</param>
internal abstract class ItemWalk(DumpGate gate) : LongAnswer
{
    /// <summary>
    /// Items between two looks at the room for output; their lines are a few blocks. Others wait no longer than for a
    /// batch of gets.
    /// </summary>
    private const int SliceMax = 128;

    /// <summary>Lines of one slice; it grows for the longest keys.</summary>
    private const int RoomBegin = 16 * 1024;

    private ItemCursor _cursor;
    private byte[] _lines = new byte[RoomBegin];
    private int _filled;
    private int _ended;

    /// <summary>Nothing more is to be shown.</summary>
    protected bool IsFull { get; set; }

    /// <inheritdoc/>
    public sealed override AnswerState Continue(CacheThread thread, Turn turn)
    {
        var visitor = new Visitor(this);
        while (turn.RequestsLeft > 0 && thread.Output.QueuedBytes < turn.OutputHigh)
        {
            int budget = Math.Min(SliceMax, turn.RequestsLeft);
            turn.RequestsLeft -= budget;
            bool isMore = thread.Store.Iterate(ref _cursor, budget, ref visitor);
            thread.Output.Write(_lines.AsSpan(0, _filled));
            _filled = 0;
            if (!isMore || IsFull)
            {
                Finish(thread);
                return AnswerState.Finished;
            }
        }
        return AnswerState.Unfinished;
    }

    /// <inheritdoc/>
    public sealed override void End()
    {
        if (_ended == 0)
        {
            _ended = 1;
            gate.Leave();
        }
    }

    /// <summary>Shows an item, by <see cref="Room"/> and <see cref="Fill"/>; others may wait meanwhile.</summary>
    protected abstract void Show(scoped ItemView item);

    /// <summary>Every item was shown: writes what follows.</summary>
    protected abstract void Finish(CacheThread thread);

    /// <summary>Room for a line.</summary>
    protected Span<byte> Room(int bytes)
    {
        if (_lines.Length - _filled < bytes)
        {
            Array.Resize(ref _lines, _lines.Length * 2);
        }
        return _lines.AsSpan(_filled);
    }

    /// <summary>So many bytes of the room are a line.</summary>
    protected void Fill(int bytes) => _filled += bytes;

    private readonly struct Visitor(ItemWalk walk) : IItemReader
    {
        public void Read(scoped ItemView item)
        {
            if (!walk.IsFull)
            {
                walk.Show(item);
            }
        }
    }
}
