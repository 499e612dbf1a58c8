using Larder.Cache.Commands;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Scan;

namespace Larder.Cache.Serving;

/// <summary>
/// What a connection speaks: it reads requests and executes them. Here stands what all protocols share: values that are
/// still coming, and bytes that are thrown away.
/// </summary>
/// <remarks>
/// <code>
///   Request --storage, value in the buffer--> executed at once [--long join--> JoinWork --> Request]
///     |   --storage, long value not whole, or the store is short of room--> [RoomWork -->]
///     |                                    Value: received in place --> Commit [JoinWork] --> Request
///     |   --error with data behind it--> Swallow --> OnSwallowed --> Request
/// </code>
/// A short value that is not whole yet simply waits: its request is read again when more has come. Owned by the thread
/// that steps the connection; nothing is kept between requests but the phase.
/// </remarks>
internal abstract class Dialogue
{
    /// <summary>
    /// Up to this many bytes a value is awaited in the connection's buffer and copied once; a longer one gets its place
    /// in the store before it has come. Reading a request again costs less than holding a reservation for a slow
    /// client.
    /// </summary>
    protected const int AwaitWholeMax = 8 * 1024;

    // owner: the stepping thread
    private PendingValue? _pending;
    private LongAnswer? _answer;
    private long _swallow; // bytes still to be thrown away
    private InputPhase _phase;

    /// <summary>True while a request is half received.</summary>
    public bool IsMidRequest => _phase != InputPhase.Request || _answer is StoreWork;

    /// <summary>An answer goes on in the next turn: nothing is read before it has finished.</summary>
    protected bool IsAnswering => _answer is not null;

    /// <summary>The client watches, and asks nothing more.</summary>
    public bool IsWatching => _answer is Watcher;

    /// <summary>Where the next bytes belong; empty when that is not in the store.</summary>
    public Span<byte> ReceiveTarget => _phase == InputPhase.Value ? _pending!.Missing : default;

    /// <summary>Bytes were received into <see cref="ReceiveTarget"/>.</summary>
    public void OnReceived(int count) => _pending!.Reservation.Advance(count);

    /// <summary>
    /// Executes the requests that begin the input, as <see cref="Connection"/> wants it; the replies go to the thread's
    /// output.
    /// </summary>
    public abstract InputState Process(CacheThread thread, Turn turn, ReadOnlySpan<byte> input, out int consumed);

    /// <summary>The connection is over: a value that has not come whole is forgotten.</summary>
    public void Abandon(ItemStore store)
    {
        if (_pending != null)
        {
            store.Abandon(ref _pending.Reservation);
            _pending = null;
        }
        EndAnswer();
    }

    /// <summary>Forgets what was begun: what comes next is another client's.</summary>
    public virtual void Reset(ItemStore store)
    {
        Abandon(store);
        _phase = InputPhase.Request;
    }

    /// <summary>Answers requests whose answers are too long for a datagram: one error for all of them.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="requests">What was executed.</param>
    public abstract void RefuseAnswer(CacheThread thread, ReadOnlySpan<byte> requests);

    /// <summary>All of a value has come into its place: store it and answer.</summary>
    protected abstract void Commit(CacheThread thread, PendingValue pending);

    /// <summary>Answers a storage request.</summary>
    protected abstract void Answer(CacheThread thread, PendingValue pending, in StoreResult result);

    /// <summary>The last byte is thrown away.</summary>
    protected virtual void OnSwallowed(CacheThread thread) { }

    /// <summary>The transcript is on, and there may be an answer to what had not come whole.</summary>
    protected abstract void ShowAnswer(CacheThread thread);

    /// <summary>True when requests stop for now: the turn or the room for replies is spent.</summary>
    protected static bool IsSpent(CacheThread thread, Turn turn)
        => turn.RequestsLeft <= 0 || thread.Output.QueuedBytes >= turn.OutputHigh;

    /// <summary>Takes over an answer that goes on in later turns; false when the last command has begun none.</summary>
    protected bool TakeAnswer(CacheThread thread)
    {
        _answer = thread.LongAnswer;
        thread.LongAnswer = null;
        return _answer is not null;
    }

    /// <summary>Goes on with an answer that is not finished.</summary>
    /// <returns>Finished when there is none, or none any more: requests may be read.</returns>
    protected AnswerState ContinueAnswer(CacheThread thread, Turn turn)
    {
        if (_answer is null)
        {
            return AnswerState.Finished;
        }
        bool isShown = (thread.Watched & WatchKinds.Transcript) != 0 && _answer is StoreWork;
        if (isShown)
        {
            thread.Notes.Transcript.Begin(thread);
        }
        AnswerState state = _answer.Continue(thread, turn);
        if (state == AnswerState.Finished)
        {
            EndAnswer();
        }
        if (isShown && state == AnswerState.Finished)
        {
            ShowAnswer(thread);
        }
        return state;
    }

    /// <summary>
    /// Stores a value that has come whole. Of an append or prepend that takes long only the beginning is made, if the
    /// client can be told more later: the answer is Unfinished then, and the join goes to <see cref="GoOn"/>.
    /// </summary>
    protected static StoreResult StoreValue(CacheThread thread, ReadOnlySpan<byte> key, ulong hash,
        ReadOnlySpan<byte> value, in StoreRequest store, out ItemJoin join)
    {
        join = default;
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looks(thread, key, hash);
        }
        StoreResult result = thread.AllowsLongAnswers
            ? thread.Store.Store(key, hash, value, in store, out join)
            : thread.Store.Store(key, hash, value, in store);
        if (thread.Watched != WatchKinds.None && result.Status != StoreStatus.Unfinished)
        {
            thread.Notes.Stored(thread, key, value.Length, in store, in result);
        }
        return result;
    }

    /// <summary>Stores a value that was received into its place, and answers.</summary>
    protected void CommitValue(CacheThread thread, PendingValue pending)
    {
        Span<byte> room = stackalloc byte[KeyRules.LengthMax];
        ReadOnlySpan<byte> key = room[..pending.Reservation.Key.Length];
        StoreRequest store = pending.Reservation.Request;
        int valueLength = pending.Reservation.ValueLength;
        if (thread.Watched != WatchKinds.None)
        {
            pending.Reservation.Key.CopyTo(room); // the place may be gone afterwards
            thread.Notes.Looks(thread, key, pending.Reservation.Hash);
        }
        StoreResult result = thread.Store.Commit(ref pending.Reservation, out ItemJoin join);
        if (result.Status == StoreStatus.Unfinished)
        {
            GoOn(thread, pending, in store, in join);
        }
        else
        {
            Answer(thread, pending, key, valueLength, in store, in result);
        }
    }

    /// <summary>A join goes on in later turns, and is answered then.</summary>
    protected void GoOn(CacheThread thread, PendingValue pending, in StoreRequest store, in ItemJoin join)
        => _answer = new JoinWork(this, pending, store, thread.Store, join);

    /// <summary>A storage request has ended so, some time after it came.</summary>
    public void Answer(CacheThread thread, PendingValue pending, ReadOnlySpan<byte> key, int valueLength,
        in StoreRequest store, in StoreResult result)
    {
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Stored(thread, key, valueLength, in store, in result);
        }
        if ((thread.Watched & WatchKinds.Timed) != 0)
        {
            thread.Slow.Ended(thread, LogWords.Command((byte)store.Mode), key, valueLength);
        }
        Answer(thread, pending, in result);
    }

    /// <summary>From now on this many bytes are thrown away.</summary>
    protected void Swallow(long bytes)
    {
        _phase = InputPhase.Swallow;
        _swallow = bytes;
    }

    /// <summary>
    /// Makes a place for a long value, at once or in later turns. Without one the request is answered, and
    /// <paramref name="wireLength"/> bytes will be thrown away.
    /// </summary>
    protected void Begin(CacheThread thread, PendingValue pending, ReadOnlySpan<byte> key, ulong hash, int valueLength,
        long wireLength, in StoreRequest store)
    {
        RoomClaim room = default;
        ReserveStatus status = thread.Store.Reserve(
            key, hash, valueLength, in store, ref room, out pending.Reservation);
        if (status == ReserveStatus.Unfinished)
        {
            _answer = new RoomWork(
                this, pending, key.ToArray(), hash, valueLength, wireLength, store, thread.Store, room);
            return;
        }
        TakePlace(thread, pending, key, valueLength, wireLength, in store, status);
    }

    /// <summary>
    /// A long value that is there gets its place like one that is coming, since the store has to make room for it.
    /// </summary>
    protected static bool MustMakeRoom(CacheThread thread, long wireLength, in StoreRequest store)
        => wireLength > AwaitWholeMax && thread.Store.IsShortOfRoom && !store.IsJoin && thread.AllowsLongAnswers;

    /// <summary>There is a place for a long value, or none.</summary>
    public void TakePlace(CacheThread thread, PendingValue pending, ReadOnlySpan<byte> key, int valueLength,
        long wireLength, in StoreRequest store, ReserveStatus status)
    {
        if (status == ReserveStatus.Reserved)
        {
            _pending = pending;
            _phase = InputPhase.Value;
            return;
        }
        StoreResult refused = StoreResult.Refused(status);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Stored(thread, key, valueLength, in store, in refused);
        }
        Swallow(wireLength);
        Answer(thread, pending, in refused);
    }

    /// <summary>
    /// Takes bytes that belong to the last request; false when more are needed, or its answer takes long, before the
    /// next one begins.
    /// </summary>
    protected bool FinishRequest(CacheThread thread, ReadOnlySpan<byte> input, ref int consumed)
    {
        if (_phase == InputPhase.Request)
        {
            return true;
        }
        if ((thread.Watched & WatchKinds.Transcript) == WatchKinds.None)
        {
            return FinishLater(thread, input, ref consumed);
        }
        thread.Notes.Transcript.Begin(thread);
        bool isFinished = FinishLater(thread, input, ref consumed);
        ShowAnswer(thread);
        return isFinished;
    }

    private bool FinishLater(CacheThread thread, ReadOnlySpan<byte> input, ref int consumed)
    {
        if (_phase == InputPhase.Value)
        {
            return FinishValue(thread, input, ref consumed);
        }
        int part = (int)Math.Min(_swallow, input.Length - consumed);
        consumed += part;
        _swallow -= part;
        if (_swallow > 0)
        {
            return false;
        }
        _phase = InputPhase.Request;
        OnSwallowed(thread);
        return true;
    }

    private void EndAnswer()
    {
        _answer?.End();
        _answer = null;
    }

    private bool FinishValue(CacheThread thread, ReadOnlySpan<byte> input, ref int consumed)
    {
        PendingValue pending = _pending!;
        Span<byte> room = pending.Missing;
        int taken = Math.Min(room.Length, input.Length - consumed);
        input.Slice(consumed, taken).CopyTo(room);
        pending.Reservation.Advance(taken);
        consumed += taken;
        if (taken < room.Length || !pending.TryEnd(input[consumed..], ref consumed))
        {
            return false;
        }
        _pending = null;
        _phase = InputPhase.Request;
        Commit(thread, pending);
        return !IsAnswering;
    }
}
