using Larder.Cache.Store;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Dumping;

/// <summary>
/// The commands that list items: <c>lru_crawler metadump</c>, <c>lru_crawler mgdump</c>, <c>stats cachedump</c>,
/// <c>stats sizes</c>. Each either answers an error or begins a <see cref="ItemWalk"/>.
/// </summary>
internal static class DumpCommand
{
    private static ReadOnlySpan<byte> PrefixOption => "prefix="u8;

    /// <summary>Begins <c>metadump</c> or <c>mgdump</c>.</summary>
    /// <param name="thread">Of the asking connection.</param>
    /// <param name="isMeta">metadump.</param>
    /// <param name="arguments">What follows the name: classes, then perhaps <c>prefix=</c>.</param>
    /// <returns>The answer when it is refused; empty when the dump has begun.</returns>
    public static ReadOnlySpan<byte> Crawl(CacheThread thread, bool isMeta, TextTokens arguments)
    {
        if (!thread.Engine.Tuning.IsOn("lru_crawler"))
        {
            return AdministrationReplies.CrawlerDisabled;
        }
        if (!thread.Engine.Options.DumpEnabled || !thread.AllowsLongAnswers)
        {
            return isMeta ? AdministrationReplies.MetadumpNotAllowed : AdministrationReplies.KeyDumpNotAllowed;
        }
        if (thread.HasEarlierAnswers)
        {
            return isMeta ? AdministrationReplies.MetadumpPipelined : AdministrationReplies.KeyDumpPipelined;
        }
        arguments.MoveNext();
        if (!ItemFilter.TryReadClasses(arguments.Current, out ulong classes))
        {
            return AdministrationReplies.CrawlerBadClass;
        }
        ReadOnlySpan<byte> prefix = default;
        if (arguments.MoveNext())
        {
            if (!arguments.Current.StartsWith(PrefixOption) || arguments.CountRest() > 0)
            {
                return TextReplies.Error;
            }
            prefix = arguments.Current[PrefixOption.Length..];
        }
        if (classes == 0)
        {
            return AdministrationReplies.CrawlerNothing;
        }
        if (!thread.Engine.Dumps.TryEnter())
        {
            return AdministrationReplies.CrawlerLocked;
        }
        var filter = new ItemFilter(classes, prefix);
        thread.LongAnswer = isMeta
            ? new MetaDump(thread.Engine.Dumps, filter, thread.Clock)
            : new MetaGetDump(thread.Engine.Dumps, filter);
        return default;
    }

    /// <summary>Begins <c>stats cachedump CLASS ITEMS</c>.</summary>
    /// <returns>The answer when it is refused; empty when the dump has begun.</returns>
    public static ReadOnlySpan<byte> CacheDump(CacheThread thread, TextTokens arguments)
    {
        if (!thread.Engine.Options.DumpEnabled || !thread.AllowsLongAnswers)
        {
            return AdministrationReplies.StatsCachedumpNotAllowed;
        }
        if (!arguments.TryNext(out ReadOnlySpan<byte> first) || !arguments.TryNext(out ReadOnlySpan<byte> second))
        {
            return AdministrationReplies.BadCommandLine;
        }
        if (!NumberReader.TryReadUInt32(first, out uint sizeClass)
            || !NumberReader.TryReadUInt32(second, out uint items))
        {
            return TextReplies.BadLine;
        }
        if (sizeClass > ItemFilter.ClassMax)
        {
            return AdministrationReplies.IllegalSlabId;
        }
        // A client that asks for all classes, one after the other, does not have the store walked for the empty ones.
        if (sizeClass is 0 or > SizeClasses.Count || thread.Store.ClassTotals((int)sizeClass).Number == 0)
        {
            return TextReplies.End;
        }
        if (!thread.Engine.Dumps.TryEnter())
        {
            return AdministrationReplies.CrawlerLocked;
        }
        var filter = new ItemFilter(1UL << (int)sizeClass, default);
        thread.LongAnswer = new CacheDump(thread.Engine.Dumps, filter, thread.Clock, items);
        return default;
    }

    /// <summary>Begins <c>stats sizes</c>.</summary>
    /// <returns>The answer when it is refused; empty when the count has begun.</returns>
    public static ReadOnlySpan<byte> Sizes(CacheThread thread)
    {
        if (!thread.Engine.Tuning.IsOn("track_sizes") || !thread.AllowsLongAnswers)
        {
            return AdministrationReplies.SizesDisabled;
        }
        if (!thread.Engine.Dumps.TryEnter())
        {
            return AdministrationReplies.CrawlerLocked;
        }
        thread.LongAnswer = new SizeCount(thread.Engine.Dumps);
        return default;
    }

    /// <summary>Begins the same for a binary request, where memcached has no word for a refusal.</summary>
    /// <returns>False when sizes are not counted, or not now.</returns>
    public static bool TryBeginSizes(CacheThread thread, in BinaryEcho echo)
    {
        bool begins = thread.Engine.Tuning.IsOn("track_sizes") && thread.AllowsLongAnswers
            && thread.Engine.Dumps.TryEnter();
        if (begins)
        {
            thread.LongAnswer = new SizeCount(thread.Engine.Dumps) { Echo = echo };
        }
        return begins;
    }
}
