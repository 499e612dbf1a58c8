using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats [name]</c>. A name may be cut short: memcached compares as many bytes as were sent, so <c>stats s</c> is
/// <c>stats settings</c>. A noreply is no option here, as there.
/// </summary>
internal static class StatsCommand
{
    /// <summary>Writes the statistics that are asked for, or what is wrong.</summary>
    /// <param name="thread">Of the asking connection.</param>
    /// <param name="arguments">What follows <c>stats</c>.</param>
    public static void Execute(CacheThread thread, TextTokens arguments)
    {
        var writer = new StatWriter(thread.Output);
        if (!arguments.TryNext(out ReadOnlySpan<byte> name))
        {
            GeneralStats.Write(thread.Engine, writer);
        }
        else if ("reset"u8.StartsWith(name))
        {
            Reset(thread);
            return;
        }
        else if ("detail"u8.StartsWith(name))
        {
            thread.Reply(AdministrationReplies.StatsDetailNotAllowed);
            return;
        }
        else if ("settings"u8.StartsWith(name))
        {
            SettingsStats.Write(thread.Engine, writer);
        }
        else if ("cachedump"u8.StartsWith(name))
        {
            thread.Reply(AdministrationReplies.StatsCachedumpNotAllowed);
            return;
        }
        else if ("conns"u8.StartsWith(name))
        {
            ConnectionStats.Write(thread, writer);
        }
        else if ("items"u8.StartsWith(name))
        {
            ItemStats.Write(thread.Engine, writer);
        }
        else if ("slabs"u8.StartsWith(name))
        {
            SlabStats.Write(thread.Engine, writer);
        }
        else if ("sizes"u8.StartsWith(name))
        {
            writer.Write("sizes_status", "disabled");
        }
        else if ("larder"u8.StartsWith(name))
        {
            LarderStats.Write(thread.Engine, writer);
        }
        else if (!"extstore"u8.StartsWith(name))
        {
            thread.Reply(TextReplies.Error);
            return;
        }
        writer.End();
    }

    private static void Reset(CacheThread thread)
    {
        thread.Engine.Baseline.Take(thread.Engine.Server);
        thread.Store.ResetTotals();
        thread.Reply(TextReplies.Reset);
    }
}
