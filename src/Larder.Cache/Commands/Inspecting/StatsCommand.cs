using Larder.Cache.Commands.Dumping;
using Larder.Protocol.Binary;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats [name]</c>. A name may be cut short: memcached compares as many bytes as were sent, so <c>stats s</c> is
/// <c>stats settings</c>. A noreply is no option here, as there.
/// </summary>
internal static class StatsCommand
{
    /// <summary>What is answered by STAT lines and END, in the order in which a short name is tried.</summary>
    private static readonly (byte[] Name, Action<CacheThread, StatWriter> Write)[] s_tables =
    [
        ("settings"u8.ToArray(), static (thread, writer) => SettingsStats.Write(thread.Engine, writer)),
        ("conns"u8.ToArray(), ConnectionStats.Write),
        ("items"u8.ToArray(), static (thread, writer) => ItemStats.Write(thread.Engine, writer)),
        ("slabs"u8.ToArray(), static (thread, writer) => SlabStats.Write(thread.Engine, writer)),
        ("sizes"u8.ToArray(), static (_, writer) => writer.Write("sizes_status", "disabled")),
        ("larder"u8.ToArray(), static (thread, writer) => LarderStats.Write(thread.Engine, writer)),
        ("extstore"u8.ToArray(), static (_, _) => { }), // memcached lists the pages of an inactive extstore: none
        ("hotkeys"u8.ToArray(), HotKeyStats.Write),
        ("slow"u8.ToArray(), SlowStats.Write),
        ("latency"u8.ToArray(), static (thread, writer) => LatencyStats.Write(thread.Engine, writer)),
    ];

    /// <summary>Writes the statistics that are asked for, or what is wrong.</summary>
    /// <param name="thread">Of the asking connection.</param>
    /// <param name="arguments">What follows <c>stats</c>.</param>
    public static void Execute(CacheThread thread, TextTokens arguments)
    {
        var writer = new StatWriter(thread.Output);
        if (!arguments.TryNext(out ReadOnlySpan<byte> name))
        {
            GeneralStats.Write(thread.Engine, writer);
            writer.End();
            return;
        }
        if ("reset"u8.StartsWith(name))
        {
            Reset(thread);
            thread.Reply(TextReplies.Reset);
            return;
        }
        if ("detail"u8.StartsWith(name))
        {
            Detail(thread, arguments);
            return;
        }
        if ("cachedump"u8.StartsWith(name))
        {
            thread.Reply(DumpCommand.CacheDump(thread, arguments));
            return;
        }
        if ("conns"u8.StartsWith(name) && arguments.TryNext(out ReadOnlySpan<byte> listener))
        {
            ListenerStats.Write(thread, listener, writer);
            writer.End();
            return;
        }
        if (name.Length > 1 && "sizes"u8.StartsWith(name))
        {
            thread.Reply(DumpCommand.Sizes(thread));
            return;
        }
        if (name.SequenceEqual("latency"u8) && arguments.TryNext(out ReadOnlySpan<byte> word))
        {
            ResetLatency(thread, word);
            return;
        }
        if (name.SequenceEqual("slow"u8) && arguments.CountRest() > 0)
        {
            thread.Reply(SetSlow(thread, arguments));
            return;
        }
        foreach ((byte[] known, Action<CacheThread, StatWriter> write) in s_tables)
        {
            if (known.AsSpan().StartsWith(name))
            {
                write(thread, writer);
                writer.End();
                return;
            }
        }
        thread.Reply(TextReplies.Error);
    }

    /// <summary>Answers a binary Stat.</summary>
    /// <param name="thread">Of the asking connection.</param>
    /// <param name="echo">The request's.</param>
    /// <param name="name">Its key. Names are whole here, but for what stands behind <c>reset</c> (memcached).</param>
    public static void Execute(CacheThread thread, in BinaryEcho echo, ReadOnlySpan<byte> name)
    {
        var writer = new StatWriter(thread.Output, in echo);
        if (name.IsEmpty)
        {
            GeneralStats.Write(thread.Engine, writer);
        }
        else if (name.StartsWith("reset"u8))
        {
            Reset(thread);
        }
        else if (name.StartsWith("detail"u8))
        {
            if (!TryDetail(thread, in echo, name["detail".Length..]))
            {
                return;
            }
        }
        else if (name.SequenceEqual("sizes"u8) && DumpCommand.TryBeginSizes(thread, in echo))
        {
            return;
        }
        else if (Find(name) is { } write)
        {
            write(thread, writer);
        }
        else
        {
            BinaryReplies.Error(thread.Output, in echo, BinaryStatus.NotFound);
            return;
        }
        writer.End();
    }

    /// <summary>The binary form of <c>stats detail</c>: false when an error was answered.</summary>
    private static bool TryDetail(CacheThread thread, in BinaryEcho echo, ReadOnlySpan<byte> what)
    {
        bool isOn = what.SequenceEqual(" on"u8);
        if (!thread.Engine.Options.DumpEnabled)
        {
            BinaryReplies.Error(thread.Output, in echo, BinaryStatus.AuthError);
            return false;
        }
        if (what.SequenceEqual(" dump"u8))
        {
            BinaryReplies.Stat(thread.Output, in echo, "detailed"u8, thread.Engine.Prefixes.Dump());
        }
        else if (isOn || what.SequenceEqual(" off"u8))
        {
            thread.Engine.Watches.CountPrefixes(isOn);
        }
        else
        {
            BinaryReplies.Error(thread.Output, in echo, BinaryStatus.NotFound);
            return false;
        }
        return true;
    }

    private static Action<CacheThread, StatWriter>? Find(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] known, Action<CacheThread, StatWriter> write) in s_tables)
        {
            if (name.SequenceEqual(known))
            {
                return write;
            }
        }
        return null;
    }

    private static void Detail(CacheThread thread, TextTokens arguments)
    {
        arguments.MoveNext();
        ReadOnlySpan<byte> what = arguments.Current;
        bool isOn = what.SequenceEqual("on"u8);
        if (!thread.Engine.Options.DumpEnabled)
        {
            thread.Reply(AdministrationReplies.StatsDetailNotAllowed);
        }
        else if (what.SequenceEqual("dump"u8))
        {
            thread.Output.Write(thread.Engine.Prefixes.Dump());
        }
        else if (isOn || what.SequenceEqual("off"u8))
        {
            thread.Engine.Watches.CountPrefixes(isOn);
            thread.Reply(TextReplies.Ok);
        }
        else
        {
            thread.Reply(AdministrationReplies.StatsDetailUsage);
        }
    }

    private static void Reset(CacheThread thread)
    {
        thread.Engine.Prefixes.Clear();
        thread.Engine.Watches.ResetTotals();
        thread.Engine.Baseline.Take(thread.Engine.Server);
        thread.Engine.InputLimit?.ResetRefused();
        thread.Store.ResetTotals();
        LatencyStats.Reset(thread.Engine);
        SlowStats.Reset(thread.Engine);
    }

    /// <summary><c>stats slow threshold MICROSECONDS</c>.</summary>
    private static ReadOnlySpan<byte> SetSlow(CacheThread thread, TextTokens arguments)
    {
        if (!arguments.TryNext(out ReadOnlySpan<byte> word) || !word.SequenceEqual("threshold"u8)
            || !arguments.TryNext(out ReadOnlySpan<byte> number)
            || !NumberReader.TryReadUInt32(number, out uint microseconds)
            || microseconds > SlowStats.MicrosecondsMax)
        {
            return TextReplies.Error;
        }
        thread.Engine.SlowMicroseconds = (int)microseconds;
        return TextReplies.Ok;
    }

    private static void ResetLatency(CacheThread thread, ReadOnlySpan<byte> word)
    {
        bool isReset = word.SequenceEqual("reset"u8);
        if (isReset) LatencyStats.Reset(thread.Engine);
        thread.Reply(isReset ? TextReplies.Reset : TextReplies.Error);
    }
}
