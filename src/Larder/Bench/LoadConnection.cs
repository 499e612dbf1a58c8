using System.Diagnostics;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Binary;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>
/// One active connection of the generator: sends what its thread decides, reads the answers, and times them.
/// </summary>
/// <remarks>
/// The clock is read twice for each batch of replies, not for each reply: replies that came together have one time of
/// arrival, requests that leave together one of departure. owner: the load thread's front end.
/// </remarks>
internal sealed class LoadConnection : Connection
{
    private readonly LoadThread _thread;
    private readonly RequestEncoder _requests;
    private readonly BenchOptions _options;
    private readonly ValueChecker? _checker;
    private readonly HttpReplies _httpReplies;
    private readonly PendingRing _pending;
    private int _hitsOfOldest;
    private int _sent;
    private bool _isDone;

    public LoadConnection(LoadThread thread, LoadPlan plan)
    {
        _thread = thread;
        _requests = plan.Requests;
        _options = plan.Options;
        _pending = new PendingRing(_options.Depth, _options.Multiget);
        _checker = _options.Verify == VerifyMode.None ? null : new ValueChecker(plan);
        _httpReplies = new HttpReplies(keepsBodies: _checker is not null);
    }

    /// <summary>Whether it may send another request now.</summary>
    public bool HasRoom => _pending.Count < _options.Depth;

    /// <summary>Whether it waits among the free connections of an open loop. owner: the load thread.</summary>
    public bool IsOffered { get; set; }

    protected override bool SpeaksFirst => true;

    /// <summary>Adds a request that is sent in the connection's next turn, or at the end of the present one.</summary>
    public void Assign(in PendingRequest request) => _pending.Add(request);

    protected override void OnOpened(Turn turn) => Refill();

    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        long now = Stopwatch.GetTimestamp();
        bool understood = _options.Protocol switch
        {
            WireProtocol.Classic => ReadClassic(input, now, out consumed),
            WireProtocol.Meta => ReadMeta(input, now, out consumed),
            WireProtocol.Http => ReadHttp(input, now, out consumed),
            _ => ReadBinary(input, now, out consumed),
        };
        _thread.Tally.BytesReceived += consumed;
        if (!understood)
            return InputState.Abort;
        _thread.FlushLatency();
        Refill();
        _thread.CheckDrained();
        _isDone = IsShareSent && _pending.Count == 0;
        return _isDone ? InputState.Close : InputState.NeedMore;
    }

    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        for (; _pending.Count > 0; _pending.RemoveOldest())
            _thread.CountUnanswered(_pending.Oldest.Start);
        if (_isDone && reason == CloseReason.Protocol && turn is not null)
            _thread.Reopen!();
        else if (reason != CloseReason.Stopped)
            Fail($"closed a connection ({reason})");
    }

    private bool IsShareSent => _thread.RequestsPerConnection > 0 && _sent >= _thread.RequestsPerConnection;

    /// <summary>Sends what is due: as the style says, or in an open loop what the schedule assigns.</summary>
    private void Refill()
    {
        if (_thread.IsOpenLoop)
            _thread.OfferAndAssign(this);
        else if (_pending.Count == 0 || _options.Style == PipelineStyle.Window)
            AssignToDepth();
        while (_pending.HasUnsent)
            Send(_pending.TakeUnsent(out Span<uint> keys), keys);
    }

    private void AssignToDepth()
    {
        long now = Stopwatch.GetTimestamp();
        while (HasRoom && !IsShareSent && _thread.TryDecide(now, out PendingRequest request))
        {
            _pending.Add(request);
            _sent++;
        }
    }

    private void Send(in PendingRequest request, Span<uint> keys)
    {
        switch (request.Kind)
        {
            case RequestKind.Get:
                _requests.AppendGet(Output, request.Key);
                break;
            case RequestKind.Set:
                _requests.AppendSet(Output, request.Key);
                break;
            case RequestKind.Multiget:
                _thread.ChooseKeys(keys);
                _requests.AppendMultiget(Output, keys);
                break;
        }
    }

    private bool ReadClassic(ReadOnlySpan<byte> input, long now, out int consumed)
    {
        TextReply reply = default;
        ReplyStatus status;
        consumed = 0;
        while ((status = TextResponseReader.Read(input[consumed..], ref reply)) == ReplyStatus.Complete)
        {
            consumed += (int)reply.TotalLength;
            if (_pending.Count == 0)
                return Fail("sent a reply that nobody asked for");
            switch (reply.Kind)
            {
                case TextReplyKind.Value:
                    CountHit(reply.Key, reply.Value);
                    break;
                case TextReplyKind.End:
                    CompleteGet(now);
                    break;
                case TextReplyKind.Stored when _pending.Oldest.Kind == RequestKind.Set:
                    CompleteSet(now);
                    break;
                default:
                    CompleteError(now, reply.Line);
                    break;
            }
        }

        return status == ReplyStatus.Incomplete || Fail("sent what is no reply of the classic protocol");
    }

    private bool ReadMeta(ReadOnlySpan<byte> input, long now, out int consumed)
    {
        MetaReply reply = default;
        ReplyStatus status;
        consumed = 0;
        while ((status = MetaResponseReader.Read(input[consumed..], ref reply)) == ReplyStatus.Complete)
        {
            consumed += (int)reply.TotalLength;
            if (_pending.Count == 0)
                return Fail("sent a reply that nobody asked for");
            RequestKind asked = _pending.Oldest.Kind;
            switch (reply.Kind)
            {
                case MetaReplyKind.Value when asked == RequestKind.Get:
                    CountHit(default, reply.Value);
                    CompleteGet(now);
                    break;
                case MetaReplyKind.Value when asked == RequestKind.Multiget:
                    CountHit(_checker is null ? default : KeyOf(reply), reply.Value);
                    break;
                case MetaReplyKind.Miss when asked == RequestKind.Get:
                case MetaReplyKind.Noop when asked == RequestKind.Multiget:
                    CompleteGet(now);
                    break;
                case MetaReplyKind.Done when asked == RequestKind.Set:
                    CompleteSet(now);
                    break;
                case >= MetaReplyKind.Error when asked == RequestKind.Multiget:
                    CountError(reply.Line); // of one mg; the mn behind it is still answered
                    break;
                default:
                    CompleteError(now, reply.Line);
                    break;
            }
        }

        return status == ReplyStatus.Incomplete || Fail("sent what is no reply of the meta protocol");
    }

    private bool ReadBinary(ReadOnlySpan<byte> input, long now, out int consumed)
    {
        BinaryReply reply = default;
        ReplyStatus status;
        consumed = 0;
        while ((status = BinaryResponseReader.Read(input[consumed..], ref reply)) == ReplyStatus.Complete)
        {
            consumed += (int)reply.TotalLength;
            if (_pending.Count == 0)
                return Fail("sent a reply that nobody asked for");
            RequestKind asked = _pending.Oldest.Kind;
            switch (reply.Status, reply.Opcode)
            {
                case (BinaryStatus.Success, BinaryOpcode.Get) when asked == RequestKind.Get:
                    CountHit(default, reply.Value);
                    CompleteGet(now);
                    break;
                case (BinaryStatus.Success, BinaryOpcode.GetKQ) when asked == RequestKind.Multiget:
                    CountHit(reply.Key, reply.Value);
                    break;
                case (BinaryStatus.NotFound, BinaryOpcode.Get) when asked == RequestKind.Get:
                case (BinaryStatus.Success, BinaryOpcode.Noop) when asked == RequestKind.Multiget:
                    CompleteGet(now);
                    break;
                case (BinaryStatus.Success, BinaryOpcode.Set) when asked == RequestKind.Set:
                    CompleteSet(now);
                    break;
                case (_, BinaryOpcode.GetKQ) when asked == RequestKind.Multiget:
                    CountError(reply.Value); // of one key; the noop behind it is still answered
                    break;
                default:
                    CompleteError(now, reply.Value);
                    break;
            }
        }

        return status == ReplyStatus.Incomplete || Fail("sent what is no reply of the binary protocol");
    }

    private bool ReadHttp(ReadOnlySpan<byte> input, long now, out int consumed)
    {
        ReplyStatus status;
        Span<byte> room = stackalloc byte[HttpReplies.DescriptionLength];
        consumed = 0;
        while (true)
        {
            status = _httpReplies.Read(input[consumed..], out int used, out int code, out ReadOnlySpan<byte> body);
            consumed += used;
            if (status != ReplyStatus.Complete)
                break;
            if (_pending.Count == 0)
                return Fail("sent a reply that nobody asked for");
            bool isSet = _pending.Oldest.Kind == RequestKind.Set;
            switch (code)
            {
                case 200 when !isSet:
                    CountHit(default, body);
                    CompleteGet(now);
                    break;
                case 404 when !isSet:
                    CompleteGet(now);
                    break;
                case 201 or 204 when isSet: // nginx says 204 of a name that there was
                    CompleteSet(now);
                    break;
                default:
                    CompleteError(now, HttpReplies.Describe(code, room));
                    break;
            }
        }

        return status == ReplyStatus.Incomplete || Fail("sent what is no reply of HTTP with a counted body");
    }

    private static ReadOnlySpan<byte> KeyOf(in MetaReply reply)
    {
        reply.TryGetFlag((byte)'k', out ReadOnlySpan<byte> key);
        return key;
    }

    private void CountHit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _hitsOfOldest++;
        if (_checker is null || !_checker.IsDue())
            return;
        bool good = _pending.Oldest.Kind == RequestKind.Multiget
            ? _checker.Check(_pending.KeysOfOldest, key, value)
            : _checker.Check(_pending.Oldest.Key, key, value);
        if (!good)
            _thread.Tally.WrongValues++;
    }

    private void CompleteGet(long now)
    {
        if (_pending.Oldest.Kind == RequestKind.Set)
        {
            CompleteError(now, "the answer to a get"u8);
            return;
        }

        int asked = _pending.Oldest.Kind == RequestKind.Multiget ? _options.Multiget : 1;
        _thread.Tally.Hits += _hitsOfOldest;
        _thread.Tally.Misses += asked - _hitsOfOldest;
        Complete(now);
    }

    private void CompleteSet(long now)
    {
        _thread.Tally.Stored++;
        Complete(now);
    }

    private void CompleteError(long now, ReadOnlySpan<byte> line)
    {
        CountError(line);
        Complete(now);
    }

    private void CountError(ReadOnlySpan<byte> line)
    {
        _thread.Tally.Errors++;
        _thread.NoteError(line);
    }

    private void Complete(long now)
    {
        _thread.Complete(_pending.Oldest.Start, now);
        _pending.RemoveOldest();
        _hitsOfOldest = 0;
    }

    private bool Fail(string what)
    {
        _thread.Fail(what);
        return false;
    }
}
