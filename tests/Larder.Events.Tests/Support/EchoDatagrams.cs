using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>
/// Answers a datagram with its own bytes, each part headed by its number and the count of parts; "many N" with N times
/// the letter x, "from" with the sender, "drop" not at all.
/// </summary>
internal sealed class EchoDatagrams(Listener listener) : DatagramConnection(listener)
{
    protected override int HeadLength => 2;

    protected override void WriteHead(Span<byte> head, int part, int partCount)
    {
        head[0] = (byte)part;
        head[1] = (byte)partCount;
    }

    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = input.Length;
        turn.RequestsLeft--;
        string text = System.Text.Encoding.ASCII.GetString(input);
        switch (text.Split(' '))
        {
            case ["many", var count]:
                Output.Write(System.Text.Encoding.ASCII.GetBytes(new string('x', int.Parse(count, null))));
                break;
            case ["from"]:
                Output.Write(System.Text.Encoding.ASCII.GetBytes($"{SenderName()} {SenderPort}"));
                break;
            case ["drop"]:
                Output.Write(input);
                DropAnswer();
                break;
            default:
                Output.Write(input);
                break;
        }
        return InputState.NeedMore;
    }
}
