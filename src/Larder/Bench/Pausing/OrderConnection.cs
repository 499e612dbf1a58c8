using System.Text;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Text;

namespace Larder.Bench.Pausing;

/// <summary>The connection of the commands that change the whole store, one at a time.</summary>
/// <remarks>owner: the load's front end.</remarks>
internal sealed class OrderConnection(PauseLoad load) : Connection
{
    private readonly List<string> _answers = [];
    private string? _order;
    private bool _isSent;

    /// <summary>Whether an order is not answered yet.</summary>
    public bool IsBusy => _order is not null;

    /// <summary>The orders with their answers, <c>flush_all: OK</c>.</summary>
    public IReadOnlyList<string> Answers => _answers;

    protected override bool SpeaksFirst => true;

    /// <summary>Takes an order that is sent in the connection's next turn, which it must be given.</summary>
    public void Give(string order) => (_order, _isSent) = (order, false);

    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        TextReply reply = default;
        consumed = 0;
        if (_order is not null && !_isSent)
        {
            Output.Write(Encoding.ASCII.GetBytes($"{_order}\r\n"));
            _isSent = true;
        }
        else if (_order is not null && TextResponseReader.Read(input, ref reply) == ReplyStatus.Complete)
        {
            consumed = (int)reply.TotalLength;
            _answers.Add($"{_order}: {Encoding.Latin1.GetString(reply.Line)}");
            _order = null;
            load.CheckDrained();
        }

        return InputState.NeedMore;
    }

    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        if (reason != CloseReason.Stopped)
            load.Fail($"closed the connection of {_order ?? "orders"} ({reason})");
    }
}
