using System.Diagnostics;
using Larder.Cache.Commands;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Serving;

/// <summary>
/// What a client of the text protocols says before it has entered (memcached's -Y): <c>set ANY ANY ANY LENGTH</c> with
/// <c>user password</c> as its data. Everything else is refused, and the first token that is good ends it. Nothing is
/// stored, and <c>watch</c> shows nothing of it.
/// </summary>
internal sealed class LoginDialogue(EntryGate gate) : Dialogue
{
    /// <summary>Bytes without a line end that are enough to know that no line is coming (memcached's).</summary>
    private const int LineLengthMax = 2048;

    /// <summary>The shortest line that is answered, with its end (memcached's).</summary>
    private const int LineLengthMin = 6;

    /// <summary>Where the length stands in a set, behind key, flags and exptime.</summary>
    private const int LengthIndex = 4;

    // owner: the stepping thread
    private int _needed; // bytes without which the first line need not be looked at again

    /// <inheritdoc/>
    public override InputState Process(CacheThread thread, Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (input.Length - consumed >= Math.Max(_needed, 1))
        {
            if (IsSpent(thread, turn))
            {
                return InputState.Yield;
            }
            InputState state = Take(thread, turn, input[consumed..], out int taken);
            consumed += taken;
            if (gate.IsOpen)
            {
                return input.Length > consumed ? InputState.Yield : InputState.NeedMore;
            }
            if (state == InputState.Close || taken == 0)
            {
                return state;
            }
        }
        return InputState.NeedMore;
    }

    /// <inheritdoc/>
    public override void RefuseAnswer(CacheThread thread, ReadOnlySpan<byte> requests)
        => throw new UnreachableException("nobody logs in by datagrams");

    /// <inheritdoc/>
    protected override void Commit(CacheThread thread, PendingValue pending)
        => throw new UnreachableException("a login awaits no value");

    /// <inheritdoc/>
    protected override void Answer(CacheThread thread, PendingValue pending, in StoreResult result)
        => throw new UnreachableException("a login awaits no value");

    /// <inheritdoc/>
    protected override void ShowAnswer(CacheThread thread)
        => throw new UnreachableException("a login awaits no value");

    /// <summary>Takes one line, with its token if it is a set.</summary>
    private InputState Take(CacheThread thread, Turn turn, ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        int end = input[..Math.Min(input.Length, LineLengthMax + 1)].IndexOf((byte)'\n');
        if (end < 0)
        {
            return input.Length > LineLengthMax ? InputState.Close : InputState.NeedMore;
        }
        int lineLength = end + 1;
        bool isLogin = TryReadLength(input[..end], out ulong tokenLength);
        if (isLogin && tokenLength <= (ulong)gate.Entrance.MessageBytesMax
            && input.Length < lineLength + (int)tokenLength + TextReplies.LineEnd.Length)
        {
            _needed = lineLength + (int)tokenLength + TextReplies.LineEnd.Length;
            return InputState.NeedMore;
        }
        _needed = 0;
        turn.RequestsLeft--;
        if (lineLength < LineLengthMin)
        {
            return InputState.Close;
        }
        if (!gate.TryCommand())
        {
            thread.Output.Write(LoginReplies.Unauthenticated);
            return InputState.Close;
        }
        if (isLogin && tokenLength > (ulong)gate.Entrance.MessageBytesMax)
        {
            thread.Output.Write(LoginReplies.TokenTooLong);
            return InputState.Close;
        }
        taken = lineLength;
        if (!isLogin)
        {
            thread.Output.Write(LoginReplies.Unauthenticated);
            return InputState.NeedMore;
        }
        ReadOnlySpan<byte> token = input.Slice(lineLength, (int)tokenLength);
        ReadOnlySpan<byte> behind = input[(lineLength + token.Length)..][..TextReplies.LineEnd.Length];
        taken += token.Length + behind.Length;
        thread.Output.Write(behind.SequenceEqual(TextReplies.LineEnd)
            ? Check(thread, token)
            : LoginReplies.BadTermination);
        return InputState.NeedMore;
    }

    private ReadOnlySpan<byte> Check(CacheThread thread, ReadOnlySpan<byte> token)
    {
        var words = new TextTokens(token);
        if (!words.TryNext(out ReadOnlySpan<byte> user) || !words.TryNext(out ReadOnlySpan<byte> password))
        {
            return LoginReplies.BadTokenFormat;
        }
        if (!gate.Entrance.Tokens!.Knows(user, password))
        {
            gate.Refuse(thread);
            return LoginReplies.Failure;
        }
        gate.Open(thread);
        return TextReplies.Stored;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> line, out ulong length)
    {
        length = 0;
        var words = new TextTokens(line.EndsWith("\r"u8) ? line[..^1] : line);
        if (!words.TryNext(out ReadOnlySpan<byte> command) || !command.SequenceEqual("set"u8))
        {
            return false;
        }
        for (int index = 1; index < LengthIndex; index++)
        {
            if (!words.MoveNext())
            {
                return false;
            }
        }
        return words.TryNext(out ReadOnlySpan<byte> number) && NumberReader.TryReadUInt64(number, out length);
    }
}
