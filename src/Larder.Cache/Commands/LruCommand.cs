using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// <c>lru tune</c>, <c>lru mode</c> and <c>lru temp_ttl</c>: memcached's queues by size class do not exist here, so
/// good values are only shown again by <c>stats settings</c>.
/// </summary>
internal static class LruCommand
{
    /// <summary>Hot and warm together must leave a fifth to cold (memcached, lru tune).</summary>
    private const ulong PercentagesMax = 80;

    /// <summary>Validates and answers.</summary>
    /// <param name="tuning">Receives what is changed.</param>
    /// <param name="arguments">What follows <c>lru</c>.</param>
    /// <param name="count">How many of the arguments count: a noreply does not.</param>
    /// <returns>The answer, a constant.</returns>
    public static ReadOnlySpan<byte> Execute(TuningValues tuning, TextTokens arguments, int count)
    {
        arguments.MoveNext();
        ReadOnlySpan<byte> what = arguments.Current;
        if (count >= 5 && what.SequenceEqual("tune"u8))
        {
            return Tune(tuning, arguments);
        }
        if (count >= 2 && arguments.MoveNext())
        {
            if (what.SequenceEqual("mode"u8))
            {
                return SetMode(tuning, arguments.Current);
            }
            if (what.SequenceEqual("temp_ttl"u8))
            {
                return SetTemporaryTtl(tuning, arguments.Current);
            }
        }
        return TextReplies.Error;
    }

    private static ReadOnlySpan<byte> Tune(TuningValues tuning, TextTokens arguments)
    {
        arguments.MoveNext();
        bool good = NumberReader.TryReadUInt32(arguments.Current, out uint hotPercentage);
        arguments.MoveNext();
        good &= NumberReader.TryReadUInt32(arguments.Current, out uint warmPercentage);
        arguments.MoveNext();
        good &= Fractions.TryRead(arguments.Current, out double hotFactor);
        arguments.MoveNext();
        good &= Fractions.TryRead(arguments.Current, out double warmFactor);
        if (!good)
        {
            return TextReplies.Error;
        }
        if ((ulong)hotPercentage + warmPercentage > PercentagesMax)
        {
            return AdministrationReplies.LruPercentages;
        }
        if (hotFactor <= 0 || warmFactor <= 0)
        {
            return AdministrationReplies.LruFactors;
        }
        tuning.Set("hot_lru_pct", hotPercentage);
        tuning.Set("warm_lru_pct", warmPercentage);
        tuning.Set("hot_max_factor", hotFactor);
        tuning.Set("warm_max_factor", warmFactor);
        return TextReplies.Ok;
    }

    private static ReadOnlySpan<byte> SetMode(TuningValues tuning, ReadOnlySpan<byte> mode)
    {
        bool isSegmented = mode.SequenceEqual("segmented"u8);
        if (!isSegmented && !mode.SequenceEqual("flat"u8))
        {
            return TextReplies.Error;
        }
        tuning.Set("lru_segmented", isSegmented);
        return TextReplies.Ok;
    }

    /// <summary>A negative number turns temporary items off and leaves their time as it was.</summary>
    private static ReadOnlySpan<byte> SetTemporaryTtl(TuningValues tuning, ReadOnlySpan<byte> token)
    {
        if (!NumberReader.TryReadExptime(token, out int seconds))
        {
            return TextReplies.Error;
        }
        tuning.Set("temp_lru", seconds >= 0);
        if (seconds >= 0)
        {
            tuning.Set("temporary_ttl", seconds);
        }
        return TextReplies.Ok;
    }
}
