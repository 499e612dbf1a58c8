using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// <c>lru_crawler</c>: there is no thread that could be started, stopped or sent through a class; the store's own
/// background step meets every item anyway. So <c>crawl</c> is answered OK, and switch, pause and limit are only kept
/// for <c>stats settings</c>. Dumps are refused in the words that memcached has for it.
/// </summary>
internal static class LruCrawlerCommand
{
    /// <summary>A crawler that sleeps more than a second between items would never end (memcached).</summary>
    private const uint SleepUsMax = 1_000_000;

    /// <summary>memcached's last possible class, used or not (POWER_LARGEST).</summary>
    private const uint ClassMax = 63;

    /// <summary>Validates and answers.</summary>
    /// <param name="tuning">Receives what is changed.</param>
    /// <param name="arguments">What follows <c>lru_crawler</c>.</param>
    /// <param name="count">How many of the arguments count: a noreply does not.</param>
    /// <returns>The answer, a constant.</returns>
    public static ReadOnlySpan<byte> Execute(TuningValues tuning, TextTokens arguments, int count)
    {
        arguments.MoveNext();
        ReadOnlySpan<byte> what = arguments.Current;
        if (count == 1)
        {
            return Switch(tuning, what);
        }
        if (count != 2)
        {
            return TextReplies.Error;
        }
        arguments.MoveNext();
        ReadOnlySpan<byte> value = arguments.Current;
        return what switch
        {
            _ when what.SequenceEqual("crawl"u8) => Crawl(tuning, value),
            _ when what.SequenceEqual("metadump"u8) => AdministrationReplies.MetadumpNotAllowed,
            _ when what.SequenceEqual("mgdump"u8) => AdministrationReplies.KeyDumpNotAllowed,
            _ when what.SequenceEqual("sleep"u8) => SetSleep(tuning, value),
            _ when what.SequenceEqual("tocrawl"u8) => SetToCrawl(tuning, value),
            _ => TextReplies.Error,
        };
    }

    private static ReadOnlySpan<byte> Switch(TuningValues tuning, ReadOnlySpan<byte> what)
    {
        bool isEnable = what.SequenceEqual("enable"u8);
        if (!isEnable && !what.SequenceEqual("disable"u8))
        {
            return TextReplies.Error;
        }
        if (isEnable && tuning.IsOn("lru_crawler"))
        {
            return AdministrationReplies.CrawlerStartFailed;
        }
        tuning.Set("lru_crawler", isEnable);
        return TextReplies.Ok;
    }

    private static ReadOnlySpan<byte> SetSleep(TuningValues tuning, ReadOnlySpan<byte> token)
    {
        if (!NumberReader.TryReadUInt32(token, out uint microseconds))
        {
            return TextReplies.BadLine;
        }
        if (microseconds > SleepUsMax)
        {
            return AdministrationReplies.CrawlerSleepRange;
        }
        tuning.Set("lru_crawler_sleep", microseconds);
        return TextReplies.Ok;
    }

    private static ReadOnlySpan<byte> SetToCrawl(TuningValues tuning, ReadOnlySpan<byte> token)
    {
        if (!NumberReader.TryReadUInt32(token, out uint items))
        {
            return TextReplies.BadLine;
        }
        tuning.Set("lru_crawler_tocrawl", items);
        return TextReplies.Ok;
    }

    private static ReadOnlySpan<byte> Crawl(TuningValues tuning, ReadOnlySpan<byte> classes)
    {
        if (!tuning.IsOn("lru_crawler"))
        {
            return AdministrationReplies.CrawlerDisabled;
        }
        if (classes.SequenceEqual("all"u8))
        {
            return TextReplies.Ok;
        }
        if (classes.SequenceEqual("hash"u8))
        {
            return AdministrationReplies.CrawlerUnknownError; // memcached walks its hash table for dumps only
        }
        bool isAny = false;
        foreach (Range part in classes.Split((byte)','))
        {
            ReadOnlySpan<byte> token = classes[part];
            if (token.IsEmpty)
            {
                continue;
            }
            isAny = true;
            if (!NumberReader.TryReadUInt32(token, out uint sizeClass) || sizeClass is 0 or > ClassMax)
            {
                return AdministrationReplies.CrawlerBadClass;
            }
        }
        return isAny ? TextReplies.Ok : AdministrationReplies.CrawlerNothing;
    }
}
