using Larder.Cache.Commands;
using Larder.Cache.Commands.Inspecting;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Cache.Serving;

/// <summary>
/// The binary protocol: the header first, then the whole frame. A frame that has not come whole is looked at twice at
/// most: with its header it tells how many bytes it needs, and until they are there nothing is read again.
/// </summary>
/// <param name="sasl">The client's way in; null for a server that lets everybody in.</param>
internal sealed class BinaryDialogue(BinarySasl? sasl) : Dialogue
{
    // owner: the stepping thread
    private int _needed; // bytes of the unfinished frame without which it need not be looked at

    /// <inheritdoc/>
    public override InputState Process(CacheThread thread, Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        if (ContinueAnswer(thread, turn) != AnswerState.Finished)
        {
            return InputState.Yield;
        }
        sasl?.Resume(thread);
        if (input.Length < _needed)
        {
            return InputState.NeedMore;
        }
        int lookedUntil = 0;
        while (true)
        {
            if (!FinishRequest(thread, input, ref consumed) || consumed == input.Length)
            {
                return IsAnswering ? InputState.Yield : InputState.NeedMore;
            }
            if (IsSpent(thread, turn))
            {
                return InputState.Yield;
            }
            var request = default(BinaryRequest);
            ReadOnlySpan<byte> rest = input[consumed..];
            InputState state = ReadAhead(thread, rest, ref request, out bool isReady);
            if (!isReady)
            {
                return state;
            }
            if (request.Error != BinaryStatus.Success)
            {
                turn.RequestsLeft--;
                Swallow(request.FrameLength);
                continue;
            }
            if (rest.Length > request.FrameLength && BinaryPipelinedGets.CanBegin(in request)
                && (thread.Watched & WatchKinds.Transcript) == WatchKinds.None)
            {
                int used = BinaryPipelinedGets.Execute(thread, turn, in request, rest);
                consumed += used;
                if ((thread.Watched & WatchKinds.Timed) != 0)
                {
                    BinaryRequestReader.ReadBody(rest, ref request);
                    NoteTime(thread, in request, used);
                }
                continue;
            }
            if (consumed >= lookedUntil && BinaryWrites.IsStorage(request.Command))
            {
                lookedUntil = consumed + BinaryWriteAhead.Look(thread.Store, in request, rest);
            }
            turn.RequestsLeft--;
            BinaryRequestReader.ReadBody(rest, ref request);
            int begin = consumed;
            state = (thread.Watched & WatchKinds.Transcript) == WatchKinds.None
                ? Execute(thread, in request, rest, ref consumed)
                : ExecuteShown(thread, in request, rest, ref consumed);
            if (state != InputState.NeedMore)
            {
                return state;
            }
            if ((thread.Watched & WatchKinds.Timed) != 0)
            {
                NoteTime(thread, in request, consumed - begin);
            }
            // A value that is still coming is noted when it has come.
            if (!IsMidRequest)
            {
                thread.Latency.Note(request.Command);
            }
        }
    }

    /// <inheritdoc/>
    public override void Reset(ItemStore store)
    {
        base.Reset(store);
        _needed = 0;
    }

    /// <inheritdoc/>
    public override void RefuseAnswer(CacheThread thread, ReadOnlySpan<byte> requests)
    {
        var first = default(BinaryRequest);
        BinaryRequestReader.ReadHeader(requests, ref first);
        BinaryReplies.Error(thread.Output, first.Opcode, first.Opaque, BinaryStatus.TooLarge);
    }

    /// <inheritdoc/>
    protected override void Commit(CacheThread thread, PendingValue pending) => CommitValue(thread, pending);

    /// <inheritdoc/>
    protected override void Answer(CacheThread thread, PendingValue pending, in StoreResult result)
    {
        var value = (BinaryPendingValue)pending;
        thread.Latency.Note(value.Echo.Command);
        BinaryWrites.Answer(thread, value.Echo, in result);
    }

    /// <inheritdoc/>
    protected override void ShowAnswer(CacheThread thread) => thread.Notes.Transcript.AnsweredFrame(thread);

    /// <summary>
    /// Reads the header, answers what it shows to be wrong, and sees whether enough has come to execute the request.
    /// </summary>
    /// <returns>What to tell the connection when <paramref name="isReady"/> is false.</returns>
    private InputState ReadAhead(
        CacheThread thread, ReadOnlySpan<byte> rest, scoped ref BinaryRequest request, out bool isReady)
    {
        isReady = false;
        ParseStatus status = BinaryRequestReader.ReadHeader(rest, ref request);
        if (status != ParseStatus.Complete)
        {
            _needed = BinaryFrame.HeaderLength;
            return status == ParseStatus.Incomplete ? InputState.NeedMore : InputState.Close;
        }
        _needed = 0;
        if (Refuse(in request, out bool mustClose) is var error and not BinaryStatus.Success)
        {
            Refuse(thread, rest, in request, error);
            isReady = !mustClose;
            return InputState.Close;
        }
        bool isReceivedInPlace = request.ValueLength > AwaitWholeMax && BinaryWrites.IsStorage(request.Command)
            && thread.AllowsLongAnswers;
        int wanted = isReceivedInPlace ? request.HeadLength : request.FrameLength;
        isReady = rest.Length >= wanted;
        _needed = isReady ? 0 : wanted;
        return InputState.NeedMore;
    }

    /// <summary>What speaks against a request before it is executed: its mistakes, or its sender's rights.</summary>
    private BinaryStatus Refuse(scoped in BinaryRequest request, out bool mustClose)
    {
        mustClose = request.MustClose;
        if (mustClose)
        {
            return request.Error;
        }
        if (sasl is not null && !sasl.Allows(request.Command))
        {
            mustClose = true;
            return BinaryStatus.AuthError;
        }
        int messageMax = sasl?.MessageBytesMax ?? BinarySasl.MessageBytesMost;
        if (BinarySasl.IsOurs(request.Command) && request.ValueLength > messageMax)
        {
            mustClose = true;
            return BinaryStatus.InvalidArguments;
        }
        return request.Error;
    }

    private static void Refuse(
        CacheThread thread, ReadOnlySpan<byte> rest, scoped in BinaryRequest request, BinaryStatus error)
    {
        bool isShown = (thread.Watched & WatchKinds.Transcript) != 0;
        if (isShown)
        {
            thread.Notes.Transcript.HeardFrame(thread, rest);
            thread.Notes.Transcript.Begin(thread);
        }
        BinaryReplies.Error(thread.Output, request.Opcode, request.Opaque, error);
        if (isShown)
        {
            thread.Notes.Transcript.AnsweredFrame(thread);
        }
    }

    private static void NoteTime(CacheThread thread, scoped in BinaryRequest request, int bytes)
        => thread.Slow.Ended(thread, LatencyMeter.NameOf(request.Command), request.Key, bytes);

    private InputState ExecuteShown(
        CacheThread thread, scoped in BinaryRequest request, ReadOnlySpan<byte> rest, ref int consumed)
    {
        TranscriptNotes transcript = thread.Notes.Transcript;
        transcript.HeardFrame(thread, rest);
        transcript.Understood(thread, in request);
        transcript.Begin(thread);
        InputState state = Execute(thread, in request, rest, ref consumed);
        transcript.AnsweredFrame(thread);
        return state;
    }

    private InputState Execute(
        CacheThread thread, scoped in BinaryRequest request, ReadOnlySpan<byte> rest, ref int consumed)
    {
        if (sasl is not null && !sasl.TryCommand())
        {
            BinaryReplies.Error(thread.Output, request.Opcode, request.Opaque, BinaryStatus.AuthError);
            return InputState.Close;
        }
        switch (request.Command)
        {
            case BinaryOpcode.Get:
            case BinaryOpcode.GetK:
                ulong hash = thread.Store.Hash(request.Key);
                BinaryReads.AnswerGet(thread, request.Opcode, request.Opaque, request.Key, hash);
                break;
            case BinaryOpcode.Set:
            case BinaryOpcode.Add:
            case BinaryOpcode.Replace:
            case BinaryOpcode.Append:
            case BinaryOpcode.Prepend:
                Store(thread, in request, rest, ref consumed);
                return IsAnswering ? InputState.Yield : InputState.NeedMore;
            case BinaryOpcode.Delete:
                BinaryChanges.Delete(thread, in request);
                break;
            case BinaryOpcode.Increment:
            case BinaryOpcode.Decrement:
                BinaryChanges.Arithmetic(thread, in request);
                break;
            case BinaryOpcode.Touch:
            case BinaryOpcode.Gat:
            case BinaryOpcode.GatK:
                BinaryReads.Touch(thread, in request);
                break;
            case BinaryOpcode.SaslList or BinaryOpcode.SaslAuth or BinaryOpcode.SaslStep when sasl is not null:
                consumed += request.FrameLength;
                return sasl.Execute(thread, in request);
            default:
                consumed += request.FrameLength;
                InputState state = BinaryAdministration.Execute(thread, in request);
                return TakeAnswer(thread) ? InputState.Yield : state;
        }
        consumed += request.FrameLength;
        return InputState.NeedMore;
    }

    /// <summary>Stores a value, or begins to receive it into its place when it has not come whole.</summary>
    private void Store(
        CacheThread thread, scoped in BinaryRequest request, ReadOnlySpan<byte> rest, ref int consumed)
    {
        var echo = new BinaryEcho(in request);
        StoreRequest store = BinaryWrites.RequestOf(thread, in request);
        ulong hash = thread.Store.Hash(request.Key);
        if (rest.Length < request.FrameLength || MustMakeRoom(thread, request.ValueLength, in store))
        {
            consumed += request.HeadLength;
            int length = request.ValueLength;
            Begin(thread, new BinaryPendingValue { Echo = echo }, request.Key, hash, length, length, in store);
            return;
        }
        consumed += request.FrameLength;
        StoreResult result = StoreValue(thread, request.Key, hash, request.Value, in store, out ItemJoin join);
        if (result.Status == StoreStatus.Unfinished)
        {
            GoOn(thread, new BinaryPendingValue { Echo = echo }, in store, in join);
            return;
        }
        BinaryWrites.Answer(thread, in echo, in result);
    }
}
