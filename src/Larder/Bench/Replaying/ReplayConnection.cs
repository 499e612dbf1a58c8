using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Text;

namespace Larder.Bench.Replaying;

/// <summary>
/// One connection of a replay: sends the gets that it is asked for, and behind a miss the set. owner: the front end.
/// </summary>
internal sealed class ReplayConnection(ReplayLoad load, ReplayContent content, int depth) : Connection
{
    private readonly PendingRing _pending = new(depth, keysEach: 1);
    private bool _isHit;

    /// <summary>Whether something is to be sent or answered.</summary>
    public bool IsBusy => _pending.Count > 0;

    protected override bool SpeaksFirst => true;

    /// <summary>Takes a get that is sent in the connection's next turn.</summary>
    /// <param name="key">Number of its key.</param>
    /// <param name="isFirst">Whether nothing else waits to be sent: the connection must be given a turn.</param>
    /// <returns>False while the pipeline is full, or an earlier get of the same key is not answered.</returns>
    public bool TryAsk(uint key, out bool isFirst)
    {
        isFirst = !_pending.HasUnsent;
        if (_pending.Count == depth || _pending.Holds(RequestKind.Get, key))
            return false;
        _pending.Add(new PendingRequest(0, key, RequestKind.Get));
        return true;
    }

    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        TextReply reply = default;
        ReplyStatus status;
        consumed = 0;
        while ((status = TextResponseReader.Read(input[consumed..], ref reply)) == ReplyStatus.Complete)
        {
            consumed += (int)reply.TotalLength;
            if (_pending.Count == 0)
                return Fail("sent a reply that nobody asked for");
            Take(in reply);
        }

        if (status == ReplyStatus.Malformed)
            return Fail("sent what is no reply of the classic protocol");
        while (_pending.HasUnsent)
            Send(_pending.TakeUnsent(out _));
        load.CheckDrained();
        return InputState.NeedMore;
    }

    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        if (reason != CloseReason.Stopped)
            load.Fail($"closed a connection ({reason})");
    }

    private void Take(in TextReply reply)
    {
        PendingRequest oldest = _pending.Oldest;
        bool isGet = oldest.Kind == RequestKind.Get;
        switch (reply.Kind)
        {
            case TextReplyKind.Value when isGet:
                _isHit = true;
                load.Tally.WrongValues += reply.Value.SequenceEqual(content.Values.Of(oldest.Key)) ? 0 : 1;
                return; // its end follows
            case TextReplyKind.End when isGet:
                CompleteGet(oldest.Key);
                return;
            case TextReplyKind.Stored when !isGet:
                load.Tally.Stored++;
                break;
            default:
                load.Tally.Requests += isGet ? 1 : 0;
                load.CountError(reply.Line);
                break;
        }

        _pending.RemoveOldest();
    }

    /// <summary>A miss's set takes the place that the get had in the pipeline.</summary>
    private void CompleteGet(uint key)
    {
        _pending.RemoveOldest();
        load.Tally.Requests++;
        if (_isHit)
            load.Tally.Hits++;
        else
            Store(key);
        _isHit = false;
    }

    private void Store(uint key)
    {
        load.Tally.Misses++;
        _pending.Add(new PendingRequest(0, key, RequestKind.Set));
    }

    private void Send(in PendingRequest request)
    {
        if (request.Kind == RequestKind.Get)
            content.Requests.AppendGet(Output, request.Key);
        else
            content.Requests.AppendSet(Output, request.Key);
    }

    private InputState Fail(string what)
    {
        load.Fail(what);
        return InputState.Abort;
    }
}
