using Larder.Cache.Store;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// <c>slabs reassign</c> and <c>slabs automove</c>. There are no slab pages to move: reassign checks its classes and
/// then finds no spare page, which scripts that balance classes take as a normal end.
/// </summary>
internal static class SlabsCommand
{
    private const uint AutomoveMax = 2;
    private const uint WindowMin = 3;
    private const uint WindowMax = 1_800;

    /// <summary>Validates and answers.</summary>
    /// <param name="tuning">Receives what is changed.</param>
    /// <param name="arguments">What follows <c>slabs</c>.</param>
    /// <param name="count">How many of the arguments count: a noreply does not.</param>
    /// <returns>The answer, a constant.</returns>
    public static ReadOnlySpan<byte> Execute(TuningValues tuning, TextTokens arguments, int count)
    {
        arguments.MoveNext();
        if (count == 3 && arguments.Current.SequenceEqual("reassign"u8))
        {
            return Reassign(tuning, arguments);
        }
        if (count >= 2 && arguments.Current.SequenceEqual("automove"u8))
        {
            return Automove(tuning, arguments, count - 1);
        }
        return TextReplies.Error;
    }

    private static ReadOnlySpan<byte> Reassign(TuningValues tuning, TextTokens arguments)
    {
        if (!tuning.IsOn("slab_reassign"))
        {
            return AdministrationReplies.SlabReassignDisabled;
        }
        arguments.MoveNext();
        bool good = NumberReader.TryReadInt64(arguments.Current, out long source);
        arguments.MoveNext();
        good &= NumberReader.TryReadInt64(arguments.Current, out long destination);
        if (!good)
        {
            return TextReplies.BadLine;
        }
        if (source == destination)
        {
            return AdministrationReplies.SlabsSame;
        }
        // Class 0 is memcached's pool of free pages.
        bool isKnown = source is >= 0 and <= SizeClasses.Count && destination is >= 0 and <= SizeClasses.Count;
        return isKnown ? AdministrationReplies.SlabsNoSpare : AdministrationReplies.SlabsBadClass;
    }

    private static ReadOnlySpan<byte> Automove(TuningValues tuning, TextTokens arguments, int count)
    {
        arguments.MoveNext();
        ReadOnlySpan<byte> what = arguments.Current;
        bool hasValue = count > 1 && arguments.MoveNext();
        if (what.SequenceEqual("ratio"u8))
        {
            return SetFraction(tuning, "slab_automove_ratio", hasValue, arguments.Current);
        }
        if (what.SequenceEqual("freeratio"u8))
        {
            return SetFraction(tuning, "slab_automove_freeratio", hasValue, arguments.Current);
        }
        if (what.SequenceEqual("window"u8))
        {
            return hasValue ? SetWindow(tuning, arguments.Current) : TextReplies.Error;
        }
        if (!NumberReader.TryReadUInt32(what, out uint level))
        {
            return TextReplies.BadLine;
        }
        if (level > AutomoveMax)
        {
            return TextReplies.Error;
        }
        tuning.Set("slab_automove", level);
        return TextReplies.Ok;
    }

    private static ReadOnlySpan<byte> SetFraction(
        TuningValues tuning, string name, bool hasValue, ReadOnlySpan<byte> token)
    {
        if (!hasValue || !Fractions.TryRead(token, out double value))
        {
            return TextReplies.Error;
        }
        tuning.Set(name, value);
        return TextReplies.Ok;
    }

    private static ReadOnlySpan<byte> SetWindow(TuningValues tuning, ReadOnlySpan<byte> token)
    {
        if (!NumberReader.TryReadUInt32(token, out uint window))
        {
            return TextReplies.BadLine;
        }
        if (window is < WindowMin or > WindowMax)
        {
            return AdministrationReplies.AutomoveWindowRange;
        }
        tuning.Set("slab_automove_window", window);
        return TextReplies.Ok;
    }
}
