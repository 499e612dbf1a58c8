using System.Globalization;
using System.Text;
using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Support;

/// <summary>
/// A small protocol that reaches every part of a connection: "echo TEXT", "big N" (N bytes), "lease N" (N bytes by
/// reference), "file NAME" (its bytes, past the queue), "park", "finish N" (parks and is completed after N spins),
/// "mark N" (no answer), "block", "take N" (N bytes received in place, answered by their sum), "bye", "die", "stare"
/// (consumes nothing for ever), "ponder N" (executes something in N steps before it answers).
/// </summary>
internal sealed class LineConnection(LineLog log) : Connection, ILeaseOwner
{
    private byte[] _target = [];
    private int _filled;
    private bool _stares;
    private int _ponders;
    private LentBytes? _leased;
    private int _inside;
    private OpenedFile? _file;
    private long _fileAt;
    private long _fileEnd;

    protected override bool IsMidRequest => _filled < _target.Length || _file != null;

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
            if (_ponders > 0)
            {
                turn.RequestsLeft--;
                _ponders--;
                return InputState.Yield;
            }
            if (turn.RequestsLeft <= 0 || Output.QueuedBytes >= turn.OutputHigh)
            {
                return InputState.Yield;
            }
            if (_file != null)
            {
                InputState sending = SendFile(turn);
                if (sending != InputState.NeedMore)
                {
                    return sending;
                }
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

    /// <summary>A ticket of a connection that no driver has: who completes it wakes nobody.</summary>
    public ParkTicket Hold() => Park();

    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        _file?.Dispose();
        log.CountClosed(reason);
    }

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
            case "file":
                Open(words[1]);
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
            case "ponder":
                _ponders = Number(words[1]);
                Output.Write("well\n"u8);
                return InputState.Yield;
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

    private void Open(string path)
    {
        SysResult opened = FolderHandle.Open(Path.GetDirectoryName(path)!, out FolderHandle? folder);
        Assert.False(opened.IsError, opened.ToString());
        using (folder)
        {
            opened = folder!.OpenFile(Encoding.UTF8.GetBytes(Path.GetFileName(path)), false, out _file);
        }
        Assert.False(opened.IsError, opened.ToString());
        Assert.False(_file!.Status(out FileStatus status).IsError);
        _fileAt = 0;
        _fileEnd = status.Size;
        Output.Write("file\n"u8);
    }

    private InputState SendFile(Turn turn)
    {
        while (_fileAt < _fileEnd)
        {
            if (!TryFlush(turn) || turn.BytesLeft <= 0)
            {
                return InputState.Yield;
            }
            nint slice = (nint)Math.Min(_fileEnd - _fileAt, turn.BytesLeft);
            SysResult result = SendFile(turn, _file!, _fileAt, slice);
            if (result.IsError)
            {
                return result.Errno == Errno.Again ? InputState.Full : InputState.Abort;
            }
            if (result.Value == 0)
            {
                return InputState.Abort;
            }
            _fileAt += result.Value;
        }
        _file!.Dispose();
        _file = null;
        return InputState.NeedMore;
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
