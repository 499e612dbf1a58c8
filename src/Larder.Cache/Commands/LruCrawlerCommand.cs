using Larder.Cache.Commands.Dumping;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// <c>lru_crawler</c>: there is no thread that could be started, stopped or sent through a class; the store's own
/// background step meets every item anyway. So <c>crawl</c> is answered OK, and switch, pause and limit are only kept
/// for <c>stats settings</c>. Dumps are a walk of their own (<see cref="DumpCommand"/>).
/// </summary>
internal static class LruCrawlerCommand
{
    /// <summary>A crawler that sleeps more than a second between items would never end (memcached).</summary>
    private const uint SleepUsMax = 1_000_000;

    /// <summary>Validates and answers.</summary>
    /// <param name="thread">Of the asking connection; its tuning receives what is changed.</param>
    /// <param name="arguments">What follows <c>lru_crawler</c>.</param>
    /// <param name="count">How many of the arguments count: a noreply does not.</param>
    /// <returns>The answer, a constant; empty when a dump has begun.</returns>
    public static ReadOnlySpan<byte> Execute(CacheThread thread, TextTokens arguments, int count)
    {
        TuningValues tuning = thread.Engine.Tuning;
        arguments.MoveNext();
        ReadOnlySpan<byte> what = arguments.Current;
        if (count == 1)
        {
            return Switch(tuning, what);
        }
        bool isMetaDump = what.SequenceEqual("metadump"u8);
        if (count >= 2 && (isMetaDump || what.SequenceEqual("mgdump"u8)))
        {
            return DumpCommand.Crawl(thread, isMetaDump, arguments);
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
        if (!ItemFilter.TryReadClasses(classes, out ulong chosen))
        {
            return AdministrationReplies.CrawlerBadClass;
        }
        return chosen != 0 ? TextReplies.Ok : AdministrationReplies.CrawlerNothing;
    }
}
