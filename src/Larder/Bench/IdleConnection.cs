using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>
/// A connection that asks one thing when it is opened and then is silent. The question makes sure that the server has
/// accepted it and has used whatever it uses for a connection that works.
/// </summary>
internal sealed class IdleConnection(CountdownEvent answered, LoadSignals signals) : Connection
{
    private bool _answered;

    protected override bool SpeaksFirst => true;

    protected override void OnOpened(Turn turn)
    {
        Span<byte> span = Output.GetSpan(32);
        Output.Advance(TextRequestWriter.WriteCommand(span, TextCommand.Version));
    }

    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = input.LastIndexOf((byte)'\n') + 1;
        if (consumed > 0 && !_answered)
        {
            _answered = true;
            answered.Signal();
        }

        return InputState.NeedMore;
    }

    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        if (reason != CloseReason.Stopped)
            signals.Fail($"closed an idle connection ({reason})");
    }
}
