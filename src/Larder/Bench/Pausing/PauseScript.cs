namespace Larder.Bench.Pausing;

/// <summary>What a phase does to a server: how it is prepared, and what is measured. Immutable.</summary>
internal sealed record PauseScript
{
    /// <summary>Bytes of a tiny value.</summary>
    private const int TinyBytes = 10;

    /// <summary>Bytes of a larger one: some KiB, below the smallest item limit that servers allow.</summary>
    private const int LargeBytes = 4000;

    /// <summary>No server holds a tiny item in less: this is how many fill it.</summary>
    private const int ItemBytesMin = 40;

    /// <summary>A larger memory takes minutes to be filled.</summary>
    private const long MemoryMax = 1L << 30;

    /// <summary>What a server that does not tell its memory is asked to give half of: a usual size.</summary>
    private const long MemoryUnknown = 64 << 20;

    /// <summary>Keys that the requests before a server's first phase go to.</summary>
    private const uint WarmupKeys = 1000;

    /// <summary>Keys of a request that fills a server.</summary>
    private const int KeysOfFill = 64;

    /// <summary>A request of large values asks for one, and stores one or none.</summary>
    private const int KeysOfLarge = 2;

    /// <summary>
    /// One request of so many stores a large value. With 1 each, 10,000 a second, Larder was at the end of its core,
    /// since each takes the place of a hundred tiny items: that is a load and no pause.
    /// </summary>
    private const int StoresEveryOfLarge = 4;

    /// <summary>Keys that a slow machine stores in a second: what expires waits for them.</summary>
    private const double FillRateMin = 250_000;

    /// <summary>Seconds added to that.</summary>
    private const double FillSecondsMore = 2;

    /// <summary>The part of a phase, at most a second, in which nothing has expired yet.</summary>
    private const double ExpiryShare = 0.25;

    private static readonly ValuePattern s_tiny = new(new ByteRange(TinyBytes, TinyBytes));
    private static readonly ValuePattern s_large = new(new ByteRange(LargeBytes, LargeBytes));

    /// <summary>What the server must hold first; null for what it holds.</summary>
    public BurstRun? Preparation { get; init; }

    /// <summary>When measuring begins; null for as soon as it is prepared.</summary>
    public DateTimeOffset? Begin { get; init; }

    /// <summary>What is measured.</summary>
    public required BurstRun Measured { get; init; }

    /// <summary>Requests before a server's first phase: of all kinds, over few keys.</summary>
    public static BurstRun Warmup(PauseOptions options) => new()
    {
        Rate = options.Rate,
        Parts =
        [
            new BurstPart(
                Math.Max(1, (int)(options.Rate * options.Warmup.TotalSeconds)),
                new BurstContent { Keys = options.Keys, Values = s_tiny, GetsAmong = 1, DifferentKeys = WarmupKeys }),
        ],
    };

    /// <summary>The script of a phase.</summary>
    /// <param name="phase">Which.</param>
    /// <param name="options">Rate and duration.</param>
    /// <param name="memory">The server's memory in bytes; null for one that does not tell, and is not prepared.</param>
    /// <param name="now">The time.</param>
    /// <returns>The script, or null for a server whose memory is too large to be filled.</returns>
    public static PauseScript? Of(PausePhase phase, PauseOptions options, long? memory, DateTimeOffset now)
    {
        long bytes = memory ?? 0;
        if (bytes > MemoryMax)
            return null;
        var keys = (uint)(bytes / ItemBytesMin);
        var script = new PauseScript
        {
            Preparation = keys == 0 || phase == PausePhase.Fill ? null : FillWith(keys, exptime: 0),
            Measured = Measure(phase, options, keys, (memory ?? MemoryUnknown) >> 20),
        };
        return phase == PausePhase.Expiry && keys > 0 ? script.ExpiringAt(now, keys, options) : script;
    }

    /// <summary>All is stored with one time of expiry, and measuring begins shortly before it.</summary>
    private PauseScript ExpiringAt(DateTimeOffset now, uint keys, PauseOptions options)
    {
        double lead = Math.Min(1, options.Duration.TotalSeconds * ExpiryShare);
        double preparing = (keys / FillRateMin) + FillSecondsMore;
        long expiry = (long)Math.Ceiling((now.ToUnixTimeMilliseconds() / 1e3) + preparing + lead);
        return this with
        {
            Preparation = FillWith(keys, (int)expiry) with { Limit = TimeSpan.FromSeconds(preparing) },
            Begin = DateTimeOffset.FromUnixTimeSeconds(expiry) - TimeSpan.FromSeconds(lead),
        };
    }

    private static BurstRun FillWith(uint keys, int exptime) => new()
    {
        Parts =
        [
            new BurstPart(
                (int)(keys / KeysOfFill) + 1,
                new BurstContent { Keys = KeysOfFill, Values = s_tiny, Exptime = exptime }),
        ],
    };

    private static BurstRun Measure(PausePhase phase, PauseOptions options, uint keys, long mebibytes)
    {
        int all = options.Requests;
        var sets = new BurstContent { Keys = options.Keys, Values = s_tiny };
        BurstContent mixed = sets with { GetsAmong = Math.Max(1, keys / 4) };
        BurstContent large = mixed with { Keys = KeysOfLarge, StoresEvery = StoresEveryOfLarge, Values = s_large };
        var run = new BurstRun
        {
            Rate = options.Rate,
            Parts = [new BurstPart(all, phase == PausePhase.Fill ? sets : mixed)],
        };
        return phase switch
        {
            PausePhase.Limit => run with
            {
                Orders =
                [
                    new TimedOrder(all / 8, $"cache_memlimit {mebibytes / 2}"),
                    new TimedOrder(all / 8 * 5, $"cache_memlimit {mebibytes}"),
                ],
            },
            PausePhase.Sizes => run with
            {
                Parts = [new BurstPart(all / 2, large), new BurstPart(all - (all / 2), mixed)],
            },
            PausePhase.Flush => run with { Orders = [new TimedOrder(all / 4, "flush_all")] },
            _ => run,
        };
    }
}
