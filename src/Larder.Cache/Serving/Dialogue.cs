using Larder.Cache.Commands;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Cache.Serving;

/// <summary>
/// What a connection speaks: it reads requests and executes them. Here stands what all protocols share: values that are
/// still coming, and bytes that are thrown away.
/// </summary>
/// <remarks>
/// <code>
///   Request --storage, value in the buffer--> executed at once
///     |   --storage, long value not whole--> Value: received in place --> Commit --> Request
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
    public bool IsMidRequest => _phase != InputPhase.Request;

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
        AnswerState state = _answer.Continue(thread, turn);
        if (state == AnswerState.Finished)
        {
            EndAnswer();
        }
        return state;
    }

    /// <summary>Stores a value that has come whole.</summary>
    protected static StoreResult StoreValue(CacheThread thread, ReadOnlySpan<byte> key, ulong hash,
        ReadOnlySpan<byte> value, in StoreRequest store)
    {
        if (thread.Watched == WatchKinds.None)
        {
            return thread.Store.Store(key, hash, value, in store);
        }
        thread.Notes.Looks(thread, key, hash);
        StoreResult result = thread.Store.Store(key, hash, value, in store);
        thread.Notes.Stored(thread, key, value.Length, in store, in result);
        return result;
    }

    /// <summary>Stores a value that was received into its place.</summary>
    protected static StoreResult CommitValue(CacheThread thread, PendingValue pending)
    {
        if (thread.Watched == WatchKinds.None)
        {
            return thread.Store.Commit(ref pending.Reservation);
        }
        Span<byte> key = stackalloc byte[pending.Reservation.Key.Length];
        pending.Reservation.Key.CopyTo(key); // the place may be gone afterwards
        StoreRequest store = pending.Reservation.Request;
        int valueLength = pending.Reservation.ValueLength;
        thread.Notes.Looks(thread, key, pending.Reservation.Hash);
        StoreResult result = thread.Store.Commit(ref pending.Reservation);
        thread.Notes.Stored(thread, key, valueLength, in store, in result);
        if ((thread.Watched & WatchKinds.Timed) != 0)
        {
            thread.Slow.Ended(thread, LogWords.Command((byte)store.Mode), key, valueLength);
        }
        return result;
    }

    /// <summary>From now on this many bytes are thrown away.</summary>
    protected void Swallow(long bytes)
    {
        _phase = InputPhase.Swallow;
        _swallow = bytes;
    }

    /// <summary>
    /// Makes a place for a long value. Without one, <paramref name="wireLength"/> bytes will be thrown away.
    /// </summary>
    /// <returns>False when there is none; <paramref name="refused"/> says why.</returns>
    protected bool Begin(CacheThread thread, PendingValue pending, ReadOnlySpan<byte> key, ulong hash, int valueLength,
        long wireLength, in StoreRequest store, out StoreResult refused)
    {
        ReserveStatus status = thread.Store.Reserve(key, hash, valueLength, in store, out pending.Reservation);
        if (status == ReserveStatus.Reserved)
        {
            refused = default;
            _pending = pending;
            _phase = InputPhase.Value;
            return true;
        }
        refused = StoreResult.Refused(status);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Stored(thread, key, valueLength, in store, in refused);
        }
        Swallow(wireLength);
        return false;
    }

    /// <summary>
    /// Takes bytes that belong to the last request; false when more are needed before the next one begins.
    /// </summary>
    protected bool FinishRequest(CacheThread thread, ReadOnlySpan<byte> input, ref int consumed)
    {
        if (_phase == InputPhase.Request)
        {
            return true;
        }
        if ((thread.Watched & WatchKinds.Transcript) == WatchKinds.None)
        {
            return GoOn(thread, input, ref consumed);
        }
        thread.Notes.Transcript.Begin(thread);
        bool isFinished = GoOn(thread, input, ref consumed);
        ShowAnswer(thread);
        return isFinished;
    }

    private bool GoOn(CacheThread thread, ReadOnlySpan<byte> input, ref int consumed)
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
        return true;
    }
}
