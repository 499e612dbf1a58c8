using System.Globalization;
using System.Text;
using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>
/// A small protocol that reaches every part of a connection: "echo TEXT", "big N" (N bytes), "lease N" (N bytes by
/// reference), "park", "finish N" (parks and is completed after N spins), "mark N" (no answer), "block", "take N" (N
/// bytes received in place, answered by their sum), "bye", "die", "stare" (consumes nothing for ever).
/// </summary>
internal sealed class LineConnection(LineLog log) : Connection, ILeaseOwner
{
    private byte[] _target = [];
    private int _filled;
    private bool _stares;
    private LentBytes? _leased;
    private int _inside;

    protected override bool IsMidRequest => _filled < _target.Length;

    protected override Span<byte> ReceiveTarget => _target.AsSpan(_filled);

    protected override void OnReceived(Turn turn, int count)
    {
        _filled += count;
        AnswerIfTaken();
    }

    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        if (Interlocked.Increment(ref _inside) != 1)
        {
            throw new InvalidOperationException("two threads in one connection");
        }
        InputState state = ProcessLines(turn, input, out consumed);
        Interlocked.Decrement(ref _inside);
        return state;
    }

    private InputState ProcessLines(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            if (_stares)
            {
                return InputState.Yield;
            }
            if (turn.RequestsLeft <= 0 || Output.QueuedBytes >= turn.OutputHigh)
            {
                return InputState.Yield;
            }
            if (IsMidRequest)
            {
                int part = Math.Min(input.Length - consumed, _target.Length - _filled);
                input.Slice(consumed, part).CopyTo(_target.AsSpan(_filled));
                _filled += part;
                consumed += part;
                AnswerIfTaken();
                if (IsMidRequest)
                {
                    return InputState.NeedMore;
                }
            }
            int end = input[consumed..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return InputState.NeedMore;
            }
            string line = Encoding.ASCII.GetString(input.Slice(consumed, end)).TrimEnd('\r');
            consumed += end + 1;
            turn.RequestsLeft--;
            log.CountExecuted();
            InputState state = Execute(line);
            if (state != InputState.NeedMore)
            {
                return state;
            }
        }
    }

    protected override void OnClosed(Turn? turn, CloseReason reason) => log.CountClosed(reason);

    public void ReleaseLease(long token)
    {
        _leased?.Dispose();
        _leased = null;
        Interlocked.Increment(ref s_released);
    }

    public static int Released => Volatile.Read(ref s_released);

    private static int s_released;

    private InputState Execute(string line)
    {
        string[] words = line.Split(' ', 2);
        switch (words[0])
        {
            case "echo":
                Output.Write(Encoding.ASCII.GetBytes(words[1] + "\n"));
                return InputState.NeedMore;
            case "big":
                Output.Write(new byte[Number(words[1])]);
                return InputState.NeedMore;
            case "lease":
                Lease(Number(words[1]));
                return InputState.NeedMore;
            case "park":
                log.Tickets.Enqueue(Park());
                Output.Write("parked\n"u8);
                return InputState.Park;
            case "finish": // parks with a ticket that others complete at any time, now too
                log.Complete(Park(), Number(words[1]));
                Output.Write("finished\n"u8);
                return InputState.Park;
            case "mark":
                log.Marks.Enqueue(Number(words[1]));
                return InputState.NeedMore;
            case "block": // a disk that is slow: it holds its thread until the test opens the gate
                log.Gate.Wait(LineClient.DeadlineMs);
                Output.Write("unblocked\n"u8);
                return InputState.NeedMore;
            case "take":
                _target = new byte[Number(words[1])];
                _filled = 0;
                AnswerIfTaken();
                return InputState.NeedMore;
            case "bye":
                Output.Write("bye\n"u8);
                return InputState.Close;
            case "die":
                return InputState.Abort;
            case "stare":
                _stares = true;
                return InputState.Yield;
            default:
                Output.Write("what?\n"u8);
                return InputState.NeedMore;
        }
    }

    private void AnswerIfTaken()
    {
        if (_target.Length > 0 && _filled == _target.Length)
        {
            long sum = 0;
            foreach (byte value in _target)
            {
                sum += value;
            }
            _target = [];
            _filled = 0;
            Output.Write(Encoding.ASCII.GetBytes(sum.ToString(CultureInfo.InvariantCulture) + "\n"));
        }
    }

    private void Lease(int bytes)
    {
        _leased?.Dispose();
        _leased = new LentBytes(bytes);
        Output.Write("<"u8);
        Output.WriteLease(_leased.Lease(this));
        Output.Write(">\n"u8);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
