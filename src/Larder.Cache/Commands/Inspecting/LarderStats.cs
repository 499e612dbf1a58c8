using System.Globalization;
using System.Reflection;
using Larder.Cache.Authentication;
using Larder.Cache.Store;
using Larder.Events.Driving;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// <c>stats larder</c>: what memcached has no names for, counted since the start (<c>stats reset</c> leaves it
/// alone). Clients of memcached never ask for it; names may be added, and stand in docs/protocol/administration.md.
/// </summary>
internal static class LarderStats
{
    private static readonly string s_version =
        typeof(LarderStats).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    /// <summary>Writes all lines but the END.</summary>
    public static void Write(CacheEngine engine, StatWriter writer)
    {
        WriteProcess(engine, writer);
        WriteServer(engine.Server, writer);
        if (engine.Options.Tls is { } tls)
        {
            TlsStats.WriteOurs(tls, writer);
        }
        if (engine.Entrance is { } entrance)
        {
            WriteEntrance(entrance, writer);
        }
        WriteStore(engine.Store.Totals(), writer);
        WriteSegments(engine.Store.CountUses(), writer);
        foreach (Turn turn in engine.Server.Turns)
        {
            WriteThread(turn, writer);
        }
    }

    private static void WriteProcess(CacheEngine engine, StatWriter writer)
    {
        writer.Write("larder_version", s_version);
        writer.Write("dotnet_version", Environment.Version.ToString());
        writer.Write("driver", engine.Options.Driver.ToString().ToLowerInvariant());
        writer.Write("trigger", engine.Options.Trigger.ToString().ToLowerInvariant());
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            writer.Write(
                string.Create(CultureInfo.InvariantCulture, $"gc_collections_{generation}"),
                GC.CollectionCount(generation));
        }
        writer.Write("gc_allocated_bytes", GC.GetTotalAllocatedBytes());
        writer.Write("gc_heap_bytes", GC.GetTotalMemory(forceFullCollection: false));
        writer.Write("gc_pause_us", (long)GC.GetTotalPauseDuration().TotalMicroseconds);
    }

    private static void WriteServer(StreamServer server, StatWriter writer)
    {
        writer.Write("listeners", server.Listeners.Count);
        writer.Write("running_workers", server.RunningWorkers);
        writer.Write("accepted", server.Counters.Accepted);
        writer.Write("rejected", server.Counters.Rejected);
        writer.Write("accept_pauses", server.Counters.AcceptPauses);
        writer.Write("room_waits", server.Counters.RoomWaits);
        writer.Write("connection_walks", server.ConnectionWalks);
        writer.Write("timers_seen", server.TimersSeen);
    }

    private static void WriteEntrance(Entrance entrance, StatWriter writer)
    {
        writer.Write("auth_commands_refused", entrance.CommandsRefused);
        if (entrance.Hashes is { } hashes)
        {
            writer.Write("auth_hashes", hashes.Computed);
            writer.Write("auth_hashes_waiting", hashes.Places);
            writer.Write("auth_hashes_refused", hashes.Refused);
        }
    }

    private static void WriteStore(in StoreTotals totals, StatWriter writer)
    {
        writer.Write("mapped_bytes", totals.MappedBytes);
        writer.Write("kept_bytes", totals.KeptBytes);
        writer.Write("index_bytes", totals.HashBytes);
        writer.Write("segment_bytes", totals.SegmentBytes);
        writer.Write("segments", totals.Segments);
        writer.Write("segments_free", totals.SegmentsFree);
        writer.Write("segments_leased", totals.SegmentsLeased);
        writer.Write("oldest_age", totals.OldestAge);
        writer.Write("bytes_live", totals.Bytes);
        writer.Write("bytes_expired", totals.ExpiredBytes);
        writer.Write("bytes_dead", totals.DeadBytes);
        writer.Write("timed_lanes", totals.TimedLanes);
        writer.Write("prefixes_in_progress", totals.PrefixesInProgress);
        writer.Write("segments_swept", totals.SegmentsSwept);
        writer.Write("swept_records", totals.SweptRecords);
        writer.Write("swept_bytes", totals.SweptBytes);
        writer.Write("segments_emptied", totals.SegmentsEmptied);
        writer.Write("segments_compacted", totals.SegmentsCompacted);
        writer.Write("compacted_bytes", totals.CompactedBytes);
        writer.Write("store_out_of_memory", totals.OutOfMemory);
        writer.Write("segment_demands", totals.SegmentDemands);
        writer.Write("ghost_hits", totals.GhostHits);
        writer.Write("ghost_bytes", totals.GhostBytes);
    }

    private static void WriteSegments(in SegmentUses uses, StatWriter writer)
    {
        writer.Write("segments_active", uses.Active);
        writer.Write("segments_sealed", uses.Sealed);
        writer.Write("segments_large", uses.Large);
        writer.Write("segments_claimed", uses.Claimed);
        writer.Write("segments_pending", uses.Pending);
        writer.Write("segments_index", uses.Index);
        writer.Write("queue_small_bytes", uses.SmallBytes);
        writer.Write("queue_main_bytes", uses.MainBytes);
    }

    private static void WriteThread(Turn turn, StatWriter writer)
    {
        DriverCounters counters = turn.Counters;
        string prefix = string.Create(CultureInfo.InvariantCulture, $"thread:{turn.Index}:");
        writer.Write(prefix + "waits", counters.Waits);
        writer.Write(prefix + "events", counters.Events);
        writer.Write(prefix + "steps", counters.Steps);
        writer.Write(prefix + "yields", counters.Yields);
        writer.Write(prefix + "back_pressures", counters.BackPressures);
        writer.Write(prefix + "receives", counters.Receives);
        writer.Write(prefix + "sends", counters.Sends);
        writer.Write(prefix + "datagrams_received", counters.DatagramsReceived);
        writer.Write(prefix + "datagrams_refused", counters.DatagramsRefused);
        writer.Write(prefix + "datagrams_sent", counters.DatagramsSent);
        writer.Write(prefix + "datagrams_dropped", counters.DatagramsDropped);
        writer.Write(prefix + "bytes_read", counters.BytesRead);
        writer.Write(prefix + "bytes_written", counters.BytesWritten);
        writer.Write(prefix + "mail_run", counters.MailRun);
        writer.Write(prefix + "mail_yields", counters.MailYields);
        writer.Write(prefix + "stale_events", counters.StaleEvents);
        writer.Write(prefix + "runaways", counters.Runaways);
        writer.Write(prefix + "stuck_receivers", counters.StuckReceivers);
        writer.Write(prefix + "handshake_timeouts", counters.HandshakeTimeouts);
        writer.Write(prefix + "handshake_waits", counters.HandshakeWaits);
        writer.Write(prefix + "admission_timeouts", counters.AdmissionTimeouts);
        writer.Write(prefix + "idle_kicks", counters.IdleKicks);
        writer.Write(prefix + "input_overflows", counters.InputOverflows);
    }
}
