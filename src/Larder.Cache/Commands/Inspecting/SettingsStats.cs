using System.Net;
using Larder.Cache.Serving;
using Larder.Events.Wire;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats settings</c>: memcached's names in memcached's order, for a build without extstore and proxy. What
/// tunes its allocator comes from <see cref="TuningValues"/>.
/// </summary>
internal static class SettingsStats
{
    /// <summary>memcached's word for an unset text, where it says so itself; where printf does it is (null).</summary>
    private const string Unset = "NULL";

    /// <summary>Client flags have 32 bits.</summary>
    private const int ClientFlagsSize = 4;

    /// <summary>Writes all lines but the END.</summary>
    public static void Write(CacheEngine engine, StatWriter writer)
    {
        WriteListening(engine, writer);
        WriteServing(engine, writer);
        WriteTuning(engine, writer);
    }

    private static void WriteListening(CacheEngine engine, StatWriter writer)
    {
        CacheServerOptions options = engine.Options;
        writer.Write("maxbytes", engine.Store.Totals().LimitBytes);
        writer.Write("maxconns", options.ConnectionsMax);
        writer.Write("tcpport", Port(engine, ofDatagrams: false));
        writer.Write("udpport", Port(engine, ofDatagrams: true));
        writer.Write("inter", options.ListenText ?? Unset);
        writer.Write("verbosity", engine.Verbosity);
        writer.Write("oldest", engine.FlushedAt);
        writer.Write("evictions", options.EvictionsEnabled ? "on" : "off");
        writer.Write("domain_socket", options.UnixSocketPath ?? Unset);
        writer.Write("umask", Convert.ToString((int)options.UnixSocketMode, 8));
        writer.Write("shutdown_command", options.ShutdownRequested is not null);
    }

    private static void WriteServing(CacheEngine engine, StatWriter writer)
    {
        CacheServerOptions options = engine.Options;
        TuningValues tuning = engine.Tuning;
        int threads = engine.Server.WorkerCount;
        WriteTuned(tuning, writer, "growth_factor", "chunk_size");
        writer.Write("num_threads", threads);
        writer.Write("num_threads_per_udp", threads);
        writer.Write("stat_key_prefix", options.PrefixDelimiter.ToString());
        writer.Write("detail_enabled", engine.Watches.CountsPrefixes);
        writer.Write("reqs_per_event", options.RequestsPerTurnMax);
        writer.Write("cas_enabled", options.CasEnabled);
        writer.Write("tcp_backlog", options.ListenBacklog);
        writer.Write("binding_protocol", Name(engine.Protocol));
        writer.Write("auth_enabled_sasl", engine.Entrance is { Sasl: not null });
        writer.Write("auth_enabled_ascii", options.Tokens?.Path ?? TuningValues.No);
        writer.Write("item_size_max", options.ItemSizeMax);
        writer.Write("maxconns_fast", options.RefuseAtConnectionsMax);
        writer.Write("hashpower_init", options.HashPower);
    }

    private static void WriteTuning(CacheEngine engine, StatWriter writer)
    {
        CacheServerOptions options = engine.Options;
        TuningValues tuning = engine.Tuning;
        WriteTuned(tuning, writer,
            "slab_reassign", "slab_automove", "slab_automove_ratio", "slab_automove_window", "slab_chunk_max",
            "lru_crawler", "lru_crawler_sleep", "lru_crawler_tocrawl", "tail_repair_time");
        writer.Write("flush_enabled", options.FlushEnabled);
        writer.Write("dump_enabled", options.DumpEnabled);
        WriteTuned(tuning, writer,
            "hash_algorithm", "lru_maintainer_thread", "lru_segmented", "hot_lru_pct", "warm_lru_pct",
            "hot_max_factor", "warm_max_factor", "temp_lru", "temporary_ttl");
        writer.Write("idle_timeout", (long)options.IdleTimeout.TotalSeconds);
        WriteTuned(tuning, writer,
            "watcher_logbuf_size", "worker_logbuf_size", "read_buf_mem_limit", "track_sizes",
            "inline_ascii_response", "drop_privileges");
        if (options.Tls is { } tls)
        {
            TlsStats.WriteSettings(tls, writer);
        }
        WriteTuned(tuning, writer, "num_napi_ids", "memory_file");
        writer.Write("client_flags_size", ClientFlagsSize);
    }

    /// <summary>The port that is really listened on: options may have asked for any.</summary>
    private static int Port(CacheEngine engine, bool ofDatagrams)
    {
        foreach (Listener listener in engine.Server.Listeners)
        {
            if (listener.TakesDatagrams == ofDatagrams && listener.LocalEndPoint is IPEndPoint endPoint)
            {
                return endPoint.Port;
            }
        }
        return 0;
    }

    private static string Name(CacheProtocol protocol) => protocol switch
    {
        CacheProtocol.Ascii => "ascii",
        CacheProtocol.Binary => "binary",
        _ => "auto-negotiate",
    };

    private static void WriteTuned(TuningValues tuning, StatWriter writer, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (tuning.Find(name) is { } value)
            {
                writer.Write(name, value);
            }
        }
    }
}
