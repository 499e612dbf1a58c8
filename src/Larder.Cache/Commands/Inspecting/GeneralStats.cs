using Larder.Cache.Commands.Watching;
using Larder.Cache.Serving;
using Larder.Cache.Store;
using Larder.Events.Driving;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats</c>: memcached's names in memcached's order. Groups that it leaves out when an option is off are left out
/// here, too; what stands for a notion that Larder does not have (slab pages, crawler runs, response objects) is 0.
/// </summary>
internal static class GeneralStats
{
    /// <summary>Epoll instance, its waker and its timer, for each thread of the driver.</summary>
    private const int DescriptorsPerThread = 3;

    private const long None = 0;

    /// <summary>Writes all lines but the END.</summary>
    public static void Write(CacheEngine engine, StatWriter writer)
    {
        ServerSums sums = engine.Baseline.Since(engine.Server);
        StoreTotals totals = engine.Store.Totals();
        WriteProcess(engine, writer);
        WriteConnections(engine, sums, writer);
        WriteCommands(engine.Options, sums, writer);
        WriteTraffic(engine, sums, totals, writer);
        WriteBackground(engine, writer);
        WriteItems(engine.Tuning, totals, writer);
    }

    private static void WriteProcess(CacheEngine engine, StatWriter writer)
    {
        Environment.ProcessCpuUsage usage = Environment.CpuUsage;
        writer.Write("pid", Environment.ProcessId);
        writer.Write("uptime", engine.Clock.Now - StoreClock.Start);
        writer.Write("time", engine.Clock.UnixNow);
        writer.Write("version", MemcachedVersion.Text);
        writer.Write("libevent", "none-epoll");
        writer.Write("pointer_size", IntPtr.Size * 8);
        writer.Write("rusage_user", usage.UserTime);
        writer.Write("rusage_system", usage.PrivilegedTime);
    }

    private static void WriteConnections(CacheEngine engine, ServerSums sums, StatWriter writer)
    {
        StreamServer server = engine.Server;
        int listeners = server.Listeners.Count(static listener => !listener.TakesDatagrams);
        int descriptors = server.CurrentConnections + server.DatagramSockets + listeners;
        writer.Write("max_connections", engine.Options.ConnectionsMax);
        // memcached counts its listeners and takes one off: with a single one the number is that of clients.
        writer.Write("curr_connections", descriptors - 1);
        writer.Write("total_connections", sums.Connections);
        if (engine.Options.RefuseAtConnectionsMax)
        {
            writer.Write("rejected_connections", sums.Rejected);
        }
        writer.Write("connection_structures", descriptors);
        writer.Write("response_obj_oom", None);
        writer.Write("response_obj_count", None);
        writer.Write("response_obj_bytes", None);
        writer.Write("read_buf_count", server.Turns.Sum(static turn => turn.BufferCount));
        writer.Write("read_buf_bytes", server.Turns.Sum(static turn => turn.BufferBytes));
        writer.Write("read_buf_bytes_free", server.Turns.Sum(static turn => turn.BufferBytesFree));
        writer.Write("read_buf_oom", engine.InputLimit?.Refused ?? 0);
        writer.Write("reserved_fds", DescriptorsPerThread * server.WorkerCount);
    }

    private static void WriteCommands(CacheServerOptions options, ServerSums sums, StatWriter writer)
    {
        CommandCounters commands = sums.Commands;
        writer.Write("cmd_get", commands.GetCommands);
        writer.Write("cmd_set", commands.SetCommands);
        writer.Write("cmd_flush", commands.FlushCommands);
        writer.Write("cmd_touch", commands.TouchCommands);
        writer.Write("cmd_meta", commands.MetaDebugCommands);
        writer.Write("get_hits", commands.GetHits);
        writer.Write("get_misses", commands.GetMisses);
        writer.Write("get_expired", commands.GetExpired);
        writer.Write("get_flushed", commands.GetFlushed);
        writer.Write("delete_misses", commands.DeleteMisses);
        writer.Write("delete_hits", commands.DeleteHits);
        writer.Write("incr_misses", commands.IncrMisses);
        writer.Write("incr_hits", commands.IncrHits);
        writer.Write("decr_misses", commands.DecrMisses);
        writer.Write("decr_hits", commands.DecrHits);
        writer.Write("cas_misses", commands.CasMisses);
        writer.Write("cas_hits", commands.CasHits);
        writer.Write("cas_badval", commands.CasBadValue);
        writer.Write("touch_hits", commands.TouchHits);
        writer.Write("touch_misses", commands.TouchMisses);
        writer.Write("store_too_large", commands.StoreTooLarge);
        writer.Write("store_no_memory", commands.StoreNoMemory);
        writer.Write("auth_cmds", commands.AuthCommands);
        writer.Write("auth_errors", commands.AuthErrors);
        if (options.IdleTimeout > TimeSpan.Zero)
        {
            writer.Write("idle_kicks", sums.IdleKicks);
        }
    }

    private static void WriteTraffic(CacheEngine engine, ServerSums sums, in StoreTotals totals, StatWriter writer)
    {
        writer.Write("bytes_read", sums.BytesRead);
        writer.Write("bytes_written", sums.BytesWritten);
        writer.Write("limit_maxbytes", totals.LimitBytes);
        writer.Write("accepting_conns", engine.Server.IsAccepting ? 1 : 0);
        writer.Write("listen_disabled_num", sums.RoomWaits);
        writer.Write("time_in_listen_disabled_us", sums.RoomWaitMicroseconds);
        writer.Write("threads", engine.Server.WorkerCount);
        writer.Write("conn_yields", sums.Yields);
        writer.Write("hash_power_level", totals.HashPowerLevel);
        writer.Write("hash_bytes", totals.HashBytes);
        writer.Write("hash_is_expanding", 0); // the index grows in steps of microseconds
    }

    private static void WriteBackground(CacheEngine engine, StatWriter writer)
    {
        TuningValues tuning = engine.Tuning;
        WatchTotals watches = engine.Watches.Totals;
        if (tuning.IsOn("slab_reassign"))
        {
            writer.Write("slab_reassign_rescues", None);
            writer.Write("slab_reassign_chunk_rescues", None);
            writer.Write("slab_reassign_inline_reclaim", None);
            writer.Write("slab_reassign_busy_items", None);
            writer.Write("slab_reassign_busy_deletes", None);
            writer.Write("slab_reassign_busy_nomem", None);
            writer.Write("slab_reassign_last_busy_status", None);
            writer.Write("slab_reassign_running", None);
            writer.Write("slabs_moved", None);
        }
        if (tuning.IsOn("lru_crawler"))
        {
            writer.Write("lru_crawler_running", None);
            writer.Write("lru_crawler_starts", None);
        }
        if (tuning.IsOn("lru_maintainer_thread"))
        {
            writer.Write("lru_maintainer_juggles", None);
        }
        writer.Write("malloc_fails", None);
        writer.Write("log_worker_dropped", watches.Dropped);
        writer.Write("log_worker_written", watches.Written);
        writer.Write("log_watcher_skipped", watches.Skipped);
        writer.Write("log_watcher_sent", watches.Sent);
        writer.Write("log_watchers", watches.Watchers);
        if (engine.Options.Tls is { } tls)
        {
            TlsStats.WriteGeneral(tls, writer);
        }
        writer.Write("unexpected_napi_ids", None);
        writer.Write("round_robin_fallback", None);
    }

    private static void WriteItems(TuningValues tuning, in StoreTotals totals, StatWriter writer)
    {
        bool isSegmented = tuning.IsOn("lru_segmented");
        writer.Write("bytes", totals.Bytes);
        writer.Write("curr_items", totals.CurrentItems);
        writer.Write("total_items", totals.TotalItems);
        writer.Write("slab_global_page_pool", totals.SegmentsFree);
        writer.Write("expired_unfetched", totals.ExpiredUnfetched);
        writer.Write("evicted_unfetched", totals.EvictedUnfetched);
        if (isSegmented)
        {
            writer.Write("evicted_active", totals.EvictedActive);
        }
        writer.Write("evictions", totals.Evictions);
        writer.Write("reclaimed", totals.Reclaimed);
        writer.Write("crawler_reclaimed", totals.CrawlerReclaimed);
        writer.Write("crawler_items_checked", totals.CrawlerItemsChecked);
        writer.Write("lrutail_reflocked", None);
        if (isSegmented)
        {
            writer.Write("moves_to_cold", None);
            writer.Write("moves_to_warm", totals.MovesToWarm);
            writer.Write("moves_within_lru", totals.MovesWithinLru);
            writer.Write("direct_reclaims", totals.SegmentDemands);
            writer.Write("lru_bumps_dropped", None);
        }
    }
}
