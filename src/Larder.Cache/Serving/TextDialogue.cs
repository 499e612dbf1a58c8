using Larder.Cache.Commands;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Cache.Serving;

/// <summary>Classic text and meta, mixed as the client likes.</summary>
internal sealed class TextDialogue : Dialogue
{
    private static readonly TextLimits s_limits = new();

    // owner: the stepping thread
    private int _scanned;       // bytes of an unfinished line that hold no LF
    private int _keysAnswered;  // keys of an unfinished multiget that are answered
    private bool _isShown;      // the transcript has an unfinished line
    private RequestError _swallowError;

    /// <inheritdoc/>
    public override InputState Process(CacheThread thread, Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        AnswerState answer = ContinueAnswer(thread, turn);
        if (answer != AnswerState.Finished)
        {
            consumed = answer == AnswerState.Waits ? input.Length : 0;
            return answer == AnswerState.Waits ? InputState.NeedMore : InputState.Yield;
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
            var request = default(TextRequest);
            ReadOnlySpan<byte> rest = input[consumed..];
            ParseStatus status = TextRequestReader.Read(rest, _scanned, in s_limits, ref request);
            if (status != ParseStatus.Complete)
            {
                _scanned = request.ScannedLength;
                return status == ParseStatus.Incomplete ? InputState.NeedMore : InputState.Close;
            }
            _scanned = 0;
            if (rest.Length > request.LineLength && PipelinedGets.CanBegin(in request)
                && (thread.Watched & WatchKinds.EachRequest) == WatchKinds.None)
            {
                int used = PipelinedGets.Execute(thread, turn, in request, rest);
                consumed += used;
                if (thread.Watched != WatchKinds.None)
                {
                    thread.Notes.Executed(thread, request.Line, used);
                }
                continue;
            }
            if (consumed >= lookedUntil && WriteAhead.CanBegin(in request))
            {
                lookedUntil = consumed + WriteAhead.Look(thread.Store, in request, rest);
            }
            turn.RequestsLeft--;
            int begin = consumed;
            bool goesOn;
            InputState state = (thread.Watched & WatchKinds.Transcript) == WatchKinds.None
                ? Execute(thread, turn, in request, rest, ref consumed, out goesOn)
                : ExecuteShown(thread, turn, in request, rest, ref consumed, out goesOn);
            if (thread.Watched != WatchKinds.None && consumed > begin)
            {
                thread.Notes.Executed(thread, request.Line, consumed - begin);
            }
            if (!goesOn)
            {
                return state;
            }
            // A value that is still coming is noted when it has come.
            if (!IsMidRequest)
            {
                thread.Latency.Note(request.Command, request.HasMoreKeys);
            }
        }
    }

    /// <inheritdoc/>
    public override void Reset(ItemStore store)
    {
        base.Reset(store);
        _scanned = 0;
        _keysAnswered = 0;
        _isShown = false;
        _swallowError = RequestError.None;
    }

    /// <inheritdoc/>
    public override void RefuseAnswer(CacheThread thread, ReadOnlySpan<byte> requests)
        => thread.Output.Write(TextReplies.AnswerTooLong);

    /// <inheritdoc/>
    protected override void Commit(CacheThread thread, PendingValue pending)
    {
        var value = (TextPendingValue)pending;
        if (value.HasLineEnd)
        {
            CommitValue(thread, value);
            return;
        }
        thread.Latency.Note(value.Command);
        thread.Store.Abandon(ref value.Reservation);
        thread.Reply(TextReplies.BadDataChunk, value.NoReply);
    }

    /// <inheritdoc/>
    protected override void Answer(CacheThread thread, PendingValue pending, in StoreResult result)
    {
        var value = (TextPendingValue)pending;
        thread.Latency.Note(value.Command);
        if (value.Command != TextCommand.MetaSet)
        {
            ClassicWrites.Answer(thread, value.Command, in result, value.NoReply);
            return;
        }
        var request = default(MetaRequest);
        MetaRequestReader.Read(value.Command, value.Line, thread.KeyBuffer, ref request);
        MetaSets.Answer(thread, in request, in result);
    }

    /// <inheritdoc/>
    protected override void OnSwallowed(CacheThread thread) => thread.Output.Write(RequestErrors.Line(_swallowError));

    /// <inheritdoc/>
    protected override void ShowAnswer(CacheThread thread) => thread.Notes.Transcript.Answered(thread);

    /// <summary>A line that cannot be executed yet, or not to its end, comes again.</summary>
    private InputState ExecuteShown(CacheThread thread, Turn turn, scoped in TextRequest request,
        ReadOnlySpan<byte> rest, ref int consumed, out bool goesOn)
    {
        TranscriptNotes transcript = thread.Notes.Transcript;
        if (!_isShown)
        {
            transcript.Heard(thread, request.Line);
        }
        transcript.Begin(thread);
        int begin = consumed;
        InputState state = Execute(thread, turn, in request, rest, ref consumed, out goesOn);
        _isShown = consumed == begin;
        if (!_isShown)
        {
            transcript.Answered(thread);
        }
        return state;
    }

    private InputState Execute(CacheThread thread, Turn turn, scoped in TextRequest request,
        ReadOnlySpan<byte> rest, ref int consumed, out bool goesOn)
    {
        goesOn = true;
        if (request.Error != RequestError.None)
        {
            consumed += request.LineLength;
            Refuse(thread, request.Error, request.NoReply, request.SkipLength);
            return InputState.NeedMore;
        }
        switch (request.Command)
        {
            case TextCommand.Get:
            case TextCommand.Gets:
            case TextCommand.Gat:
            case TextCommand.Gats:
                if (!ClassicReads.Execute(thread, turn, in request, ref _keysAnswered))
                {
                    goesOn = false;
                    return InputState.Yield;
                }
                break;
            case TextCommand.Set:
            case TextCommand.Add:
            case TextCommand.Replace:
            case TextCommand.Append:
            case TextCommand.Prepend:
            case TextCommand.Cas:
                goesOn = ExecuteStorage(thread, in request, rest, ref consumed) && !IsAnswering;
                return IsAnswering ? InputState.Yield : InputState.NeedMore;
            case TextCommand.Delete:
                ClassicChanges.Delete(thread, in request);
                break;
            case TextCommand.Incr:
            case TextCommand.Decr:
                ClassicChanges.Arithmetic(thread, in request);
                break;
            case TextCommand.Touch:
                ClassicChanges.Touch(thread, in request);
                break;
            case TextCommand.MetaNoop:
                thread.Output.Write(TextReplies.MetaNoop);
                thread.OutputBarrier = thread.Output.QueuedBytes;
                break;
            case TextCommand.MetaGet:
            case TextCommand.MetaSet:
            case TextCommand.MetaDelete:
            case TextCommand.MetaArithmetic:
            case TextCommand.MetaDebug:
                goesOn = ExecuteMeta(thread, in request, rest, ref consumed) && !IsAnswering;
                return IsAnswering ? InputState.Yield : InputState.NeedMore;
            default:
                InputState state = Administration.Execute(thread, in request);
                state = TakeAnswer(thread) ? InputState.Yield : state;
                goesOn = state == InputState.NeedMore;
                consumed += request.LineLength;
                return state;
        }
        consumed += request.LineLength;
        return InputState.NeedMore;
    }

    private bool ExecuteMeta(
        CacheThread thread, scoped in TextRequest line, ReadOnlySpan<byte> rest, ref int consumed)
    {
        var request = default(MetaRequest);
        MetaRequestReader.Read(in line, thread.KeyBuffer, ref request);
        if (request.Error != RequestError.None)
        {
            consumed += line.LineLength;
            Refuse(thread, request.Error, noReply: false, request.SkipLength);
            return true;
        }
        switch (line.Command)
        {
            case TextCommand.MetaGet:
                MetaGets.Get(thread, in request, thread.Store.Hash(request.Key));
                break;
            case TextCommand.MetaSet:
                return ExecuteMetaSet(thread, in line, in request, rest, ref consumed);
            case TextCommand.MetaDelete:
                MetaChanges.Delete(thread, in request);
                break;
            case TextCommand.MetaArithmetic:
                MetaChanges.Arithmetic(thread, in request);
                break;
            default:
                MetaGets.Debug(thread, in request);
                break;
        }
        consumed += line.LineLength;
        return true;
    }

    /// <summary>Answers an error, after the data block that belongs to it.</summary>
    private void Refuse(CacheThread thread, RequestError error, bool noReply, int skipLength)
    {
        if (noReply)
        {
            error = RequestError.None;
        }
        if (skipLength > 0)
        {
            _swallowError = error;
            Swallow(skipLength);
        }
        else
        {
            thread.Output.Write(RequestErrors.Line(error));
        }
    }

    /// <summary>Executes a classic storage command; false when its value must be awaited in the buffer.</summary>
    private bool ExecuteStorage(
        CacheThread thread, scoped in TextRequest line, ReadOnlySpan<byte> rest, ref int consumed)
    {
        if (MustAwait(thread, rest.Length - line.LineLength, line.ValueLength))
        {
            return false;
        }
        StoreRequest store = ClassicWrites.RequestOf(thread, in line);
        if (Store(thread, in line, line.Key, line.ValueLength, in store, rest, ref consumed, out StoreResult result))
        {
            ClassicWrites.Answer(thread, line.Command, in result, line.NoReply);
        }
        return true;
    }

    /// <summary>Executes ms; false when its value must be awaited in the buffer.</summary>
    private bool ExecuteMetaSet(CacheThread thread, scoped in TextRequest line, scoped in MetaRequest request,
        ReadOnlySpan<byte> rest, ref int consumed)
    {
        if (MustAwait(thread, rest.Length - line.LineLength, request.ValueLength))
        {
            return false;
        }
        StoreRequest store = MetaSets.RequestOf(thread, in request);
        if (Store(
            thread, in line, request.Key, request.ValueLength, in store, rest, ref consumed, out StoreResult result))
        {
            MetaSets.Answer(thread, in request, in result);
        }
        return true;
    }

    // Of a datagram nothing more comes: a value that is not whole gets no place.
    private static bool MustAwait(CacheThread thread, int dataLength, int valueLength)
    {
        long needed = (long)valueLength + TextReplies.LineEnd.Length;
        return dataLength < needed && (needed <= AwaitWholeMax || !thread.AllowsLongAnswers);
    }

    /// <summary>
    /// Stores the value behind the line, or begins to receive it into its place when it has not come whole.
    /// </summary>
    /// <returns>True when there is a result to answer; otherwise the answer comes later or is written.</returns>
    private bool Store(CacheThread thread, scoped in TextRequest line, ReadOnlySpan<byte> key, int valueLength,
        in StoreRequest store, ReadOnlySpan<byte> rest, ref int consumed, out StoreResult result)
    {
        ReadOnlySpan<byte> data = rest[line.LineLength..];
        long needed = (long)valueLength + TextReplies.LineEnd.Length;
        ulong hash = thread.Store.Hash(key);
        consumed += line.LineLength;
        result = default;
        if (data.Length < needed || MustMakeRoom(thread, needed, in store))
        {
            _swallowError = RequestError.None;
            Begin(thread, PendingOf(in line), key, hash, valueLength, needed, in store);
            return false;
        }
        consumed += (int)needed;
        if (data[valueLength] != '\r' || data[valueLength + 1] != '\n')
        {
            thread.Reply(TextReplies.BadDataChunk, line.NoReply);
            return false;
        }
        result = StoreValue(thread, key, hash, data[..valueLength], in store, out ItemJoin join);
        if (result.Status == StoreStatus.Unfinished)
        {
            GoOn(thread, PendingOf(in line), in store, in join);
            return false;
        }
        return true;
    }

    private static TextPendingValue PendingOf(scoped in TextRequest line) => new()
    {
        Command = line.Command,
        NoReply = line.NoReply,
        Line = line.Command == TextCommand.MetaSet ? line.Line.ToArray() : [],
    };
}
