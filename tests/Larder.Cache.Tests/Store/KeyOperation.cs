using System.Text;

namespace Larder.Cache.Tests.Store;

/// <summary>One call on one key: when it ran, what it asked for, what it was answered.</summary>
internal sealed class KeyOperation
{
    public enum Verb
    {
        Set,
        Add,
        Replace,
        Append,
        Cas,
        Get,
        Touch,
        Increment,
        Delete,
        Flush,
    }

    public required Verb Kind { get; init; }

    public required int Key { get; init; }

    /// <summary>Timestamps before and after the call.</summary>
    public long Begin { get; set; }

    public long End { get; set; }

    /// <summary>What is stored, or appended.</summary>
    public byte[] Value { get; init; } = [];

    /// <summary>The token that cas compares with.</summary>
    public ulong Compare { get; init; }

    /// <summary>Stored, deleted, found, counted.</summary>
    public bool IsDone { get; set; }

    /// <summary>The answer to cas: there is an item with another token.</summary>
    public bool IsOther { get; set; }

    /// <summary>The token that the call made or showed.</summary>
    public ulong Cas { get; set; }

    /// <summary>The value that get showed, or the one that incr made.</summary>
    public byte[] Shown { get; set; } = [];

    /// <summary>The state behind this call, if it may have been answered so in a given state; else null.</summary>
    public KeyState? Apply(KeyState state)
    {
        switch (Kind)
        {
            case Verb.Set:
                return IsDone ? new KeyState(Value, Cas) : null;
            case Verb.Add:
                return state.IsAbsent != IsDone ? null : IsDone ? new KeyState(Value, Cas) : state;
            case Verb.Replace:
                return state.IsAbsent == IsDone ? null : IsDone ? new KeyState(Value, Cas) : state;
            case Verb.Append:
                return state.IsAbsent == IsDone ? null
                    : IsDone ? new KeyState([.. state.Value, .. Value], Cas) : state;
            case Verb.Cas:
                if (IsDone) return !state.IsAbsent && state.Cas == Compare ? new KeyState(Value, Cas) : null;
                bool isRight = IsOther ? !state.IsAbsent && state.Cas != Compare : state.IsAbsent;
                return isRight ? state : null;
            case Verb.Get:
                return (IsDone ? state.Equals(new KeyState(Shown, Cas)) : state.IsAbsent) ? state : null;
            case Verb.Touch:
                return state.IsAbsent != IsDone ? state : null;
            case Verb.Increment:
                return Count(state);
            case Verb.Delete:
                return state.IsAbsent == IsDone ? null : KeyState.Absent;
            default:
                return KeyState.Absent;
        }
    }

    // A number that has got shorter would be padded, but only incr is used here, far below the largest number.
    private KeyState? Count(KeyState state)
    {
        bool isNumber = !state.IsAbsent && state.Value.Length <= 20 && state.Number is not null;
        if (isNumber != IsDone) return null;
        if (!IsDone) return state;
        byte[] next = Encoding.Latin1.GetBytes((state.Number!.Value + 1).ToString().PadRight(state.Value.Length));
        return next.AsSpan().SequenceEqual(Shown) ? new KeyState(next, Cas) : null;
    }

    public override string ToString() =>
        $"{Begin}..{End} {Kind} of {Value.Length}, compare {Compare:x}: "
        + $"{(IsDone ? "done" : IsOther ? "other" : "not")}, {Cas:x}, {Shown.Length} shown";
}
