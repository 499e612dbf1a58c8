using System.Runtime.CompilerServices;
using Larder.Cache.Commands;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Cache.Serving;

/// <summary>
/// A client of the cache, speaking classic text and meta, mixed as it likes.
/// </summary>
/// <remarks>
/// <code>
///   Line --storage command, value in the buffer--> executed at once
///     |   --storage command, long value not whole--> Value: received in place --> Commit --> Line
///     |   --error with a data block--> Swallow --> the error line --> Line
/// </code>
/// A short value that is not whole yet simply waits: its line is read again when more has come. Owned by the thread
/// that steps it; nothing is kept between requests but the phase.
/// </remarks>
internal sealed class CacheConnection(CacheEngine engine) : Connection
{
    /// <summary>
    /// Up to this many bytes a value is awaited in the connection's buffer and copied once; a longer one gets its place
    /// in the store before it has come. Reading a line again costs less than holding a reservation for a slow client.
    /// </summary>
    private const int AwaitWholeMax = 8 * 1024;

    private static readonly TextLimits s_limits = new();

    // owner: the stepping thread
    private PendingValue? _pending;
    private int _scanned;       // bytes of an unfinished line that hold no LF
    private int _keysAnswered;  // keys of an unfinished multiget that are answered
    private long _swallow;      // bytes of a data block still to be thrown away
    private RequestError _swallowError;
    private InputPhase _phase;

    /// <inheritdoc/>
    protected override bool IsMidRequest => _phase != InputPhase.Line;

    /// <inheritdoc/>
    protected override Span<byte> ReceiveTarget
        => _phase == InputPhase.Value ? _pending!.Reservation.Remaining : default;

    /// <inheritdoc/>
    protected override void OnReceived(Turn turn, int count) => _pending!.Reservation.Advance(count);

    /// <inheritdoc/>
    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        CacheThread thread = Unsafe.As<CacheThread>(turn.State!);
        thread.Output = Output;
        consumed = 0;
        int lookedUntil = 0;
        while (true)
        {
            if (_phase != InputPhase.Line && !FinishValue(thread, input, ref consumed))
            {
                return InputState.NeedMore;
            }
            if (consumed == input.Length)
            {
                return InputState.NeedMore;
            }
            if (turn.RequestsLeft <= 0 || Output.QueuedBytes >= turn.OutputHigh)
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
            if (rest.Length > request.LineLength && PipelinedGets.CanBegin(in request))
            {
                consumed += PipelinedGets.Execute(thread, turn, in request, rest);
                continue;
            }
            if (consumed >= lookedUntil && WriteAhead.CanBegin(in request))
            {
                lookedUntil = consumed + WriteAhead.Look(thread.Store, in request, rest);
            }
            turn.RequestsLeft--;
            InputState state = Execute(thread, turn, in request, rest, ref consumed, out bool goesOn);
            if (!goesOn)
            {
                return state;
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        if (_pending != null)
        {
            engine.Store.Abandon(ref _pending.Reservation);
            _pending = null;
        }
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
                goesOn = Store(thread, in request, rest, ref consumed);
                return InputState.NeedMore;
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
                break;
            case TextCommand.MetaGet:
            case TextCommand.MetaSet:
            case TextCommand.MetaDelete:
            case TextCommand.MetaArithmetic:
            case TextCommand.MetaDebug:
                goesOn = ExecuteMeta(thread, in request, rest, ref consumed);
                return InputState.NeedMore;
            default:
                InputState state = Administration.Execute(thread, in request);
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
                MetaGets.Get(thread, in request);
                break;
            case TextCommand.MetaSet:
                return StoreMeta(thread, in line, in request, rest, ref consumed);
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
            Swallow(skipLength, error);
        }
        else
        {
            thread.Output.Write(RequestErrors.Line(error));
        }
    }

    private void Swallow(long bytes, RequestError error)
    {
        _phase = InputPhase.Swallow;
        _swallow = bytes;
        _swallowError = error;
    }

    /// <summary>Executes a classic storage command; false when its value must be awaited in the buffer.</summary>
    private bool Store(CacheThread thread, scoped in TextRequest request, ReadOnlySpan<byte> rest, ref int consumed)
    {
        ReadOnlySpan<byte> data = rest[request.LineLength..];
        long needed = (long)request.ValueLength + TextReplies.LineEnd.Length;
        if (data.Length < needed && needed <= AwaitWholeMax)
        {
            return false;
        }
        StoreRequest store = ClassicWrites.RequestOf(thread, in request);
        ulong hash = thread.Store.Hash(request.Key);
        if (data.Length < needed)
        {
            consumed += request.LineLength;
            var pending = new PendingValue { Command = request.Command, NoReply = request.NoReply };
            if (!Begin(thread, pending, request.Key, hash, request.ValueLength, in store, out StoreResult refused))
            {
                ClassicWrites.Answer(thread, request.Command, in refused, request.NoReply);
            }
            return true;
        }
        consumed += request.LineLength + (int)needed;
        if (!EndsWithLineEnd(data, request.ValueLength))
        {
            thread.Reply(TextReplies.BadDataChunk, request.NoReply);
            return true;
        }
        StoreResult result = thread.Store.Store(request.Key, hash, data[..request.ValueLength], in store);
        ClassicWrites.Answer(thread, request.Command, in result, request.NoReply);
        return true;
    }

    /// <summary>Executes ms; false when its value must be awaited in the buffer.</summary>
    private bool StoreMeta(CacheThread thread, scoped in TextRequest line, scoped in MetaRequest request,
        ReadOnlySpan<byte> rest, ref int consumed)
    {
        ReadOnlySpan<byte> data = rest[line.LineLength..];
        long needed = (long)request.ValueLength + TextReplies.LineEnd.Length;
        if (data.Length < needed && needed <= AwaitWholeMax)
        {
            return false;
        }
        StoreRequest store = MetaSets.RequestOf(thread, in request);
        ulong hash = thread.Store.Hash(request.Key);
        if (data.Length < needed)
        {
            consumed += line.LineLength;
            var pending = new PendingValue { Command = line.Command, Line = line.Line.ToArray() };
            if (!Begin(thread, pending, request.Key, hash, request.ValueLength, in store, out StoreResult refused))
            {
                MetaSets.Answer(thread, in request, in refused);
            }
            return true;
        }
        consumed += line.LineLength + (int)needed;
        if (!EndsWithLineEnd(data, request.ValueLength))
        {
            thread.Output.Write(TextReplies.BadDataChunk);
            return true;
        }
        StoreResult result = thread.Store.Store(request.Key, hash, data[..request.ValueLength], in store);
        MetaSets.Answer(thread, in request, in result);
        return true;
    }

    private static bool EndsWithLineEnd(ReadOnlySpan<byte> data, int valueLength)
        => data[valueLength] == '\r' && data[valueLength + 1] == '\n';

    /// <summary>
    /// Makes a place for a long value; when there is none its bytes will be thrown away as they come.
    /// </summary>
    private bool Begin(CacheThread thread, PendingValue pending, ReadOnlySpan<byte> key, ulong hash, int valueLength,
        in StoreRequest store, out StoreResult refused)
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
        Swallow((long)valueLength + TextReplies.LineEnd.Length, RequestError.None);
        return false;
    }

    /// <summary>Takes bytes of a value or of a block that is thrown away; false when more are needed.</summary>
    private bool FinishValue(CacheThread thread, ReadOnlySpan<byte> input, ref int consumed)
    {
        if (_phase == InputPhase.Swallow)
        {
            int part = (int)Math.Min(_swallow, input.Length - consumed);
            consumed += part;
            _swallow -= part;
            if (_swallow > 0)
            {
                return false;
            }
            _phase = InputPhase.Line;
            thread.Output.Write(RequestErrors.Line(_swallowError));
            return true;
        }
        Span<byte> room = _pending!.Reservation.Remaining;
        int taken = Math.Min(room.Length, input.Length - consumed);
        input.Slice(consumed, taken).CopyTo(room);
        _pending.Reservation.Advance(taken);
        consumed += taken;
        if (taken < room.Length)
        {
            return false;
        }
        CommitPending(thread);
        return true;
    }

    private void CommitPending(CacheThread thread)
    {
        PendingValue pending = _pending!;
        _pending = null;
        _phase = InputPhase.Line;
        if (!pending.Reservation.Wire.EndsWith(TextReplies.LineEnd))
        {
            thread.Store.Abandon(ref pending.Reservation);
            thread.Reply(TextReplies.BadDataChunk, pending.NoReply);
            return;
        }
        StoreResult result = thread.Store.Commit(ref pending.Reservation);
        if (pending.Command != TextCommand.MetaSet)
        {
            ClassicWrites.Answer(thread, pending.Command, in result, pending.NoReply);
            return;
        }
        var request = default(MetaRequest);
        MetaRequestReader.Read(pending.Command, pending.Line, thread.KeyBuffer, ref request);
        MetaSets.Answer(thread, in request, in result);
    }
}
