using System.Diagnostics;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Text;

namespace Larder.Bench.Pausing;

/// <summary>One connection that requests go over: sends them when it is told to, and counts their replies.</summary>
/// <remarks>owner: the load's front end.</remarks>
internal sealed class BurstConnection(PauseLoad load, int depth) : Connection
{
    private readonly PendingRing _pending = new(depth, keysEach: 1);
    private int _replies; // to the oldest request

    /// <summary>Requests that are not answered yet.</summary>
    public int UnderWay => _pending.Count;

    protected override bool SpeaksFirst => true;

    /// <summary>Takes a request that is sent in the connection's next turn.</summary>
    /// <param name="request">Its number.</param>
    /// <param name="isFirst">Whether nothing else waits to be sent: the connection must be given a turn.</param>
    /// <returns>False while too many are under way.</returns>
    public bool TryAsk(int request, out bool isFirst)
    {
        isFirst = !_pending.HasUnsent;
        if (_pending.Count == depth)
            return false;
        _pending.Add(new PendingRequest(0, (uint)request, RequestKind.Set));
        return true;
    }

    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        long now = Stopwatch.GetTimestamp();
        load.Look(now);
        TextReply reply = default;
        ReplyStatus status;
        consumed = 0;
        while ((status = TextResponseReader.Read(input[consumed..], ref reply)) == ReplyStatus.Complete)
        {
            consumed += (int)reply.TotalLength;
            if (_pending.Count == 0)
                return Fail("sent a reply that nobody asked for");
            if (reply.Kind != TextReplyKind.Value) // its end follows
                Take(in reply, now);
        }

        if (status == ReplyStatus.Malformed)
            return Fail("sent what is no reply of the classic protocol");
        while (_pending.HasUnsent)
            load.Append(Output, (int)_pending.TakeUnsent(out _).Key);
        load.CheckDrained();
        return InputState.NeedMore;
    }

    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        if (reason != CloseReason.Stopped)
            load.Fail($"closed a connection ({reason})");
    }

    private void Take(in TextReply reply, long now)
    {
        load.Count(in reply);
        int request = (int)_pending.Oldest.Key;
        if (++_replies < load.ContentOf(request).Replies(request))
            return;
        _replies = 0;
        _pending.RemoveOldest();
        load.Answer(request, now);
    }

    private InputState Fail(string what)
    {
        load.Fail(what);
        return InputState.Abort;
    }
}
