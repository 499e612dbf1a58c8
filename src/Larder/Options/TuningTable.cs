namespace Larder.Options;

/// <summary>
/// All options of -o that are accepted and have no meaning here, with memcached's words for bad values.
/// </summary>
internal static class TuningTable
{
    /// <summary>The option that gives memcached a disk to put items on.</summary>
    public const string DiskTier = "ext_path";

    private const int Kibi = 1 << 10;
    private const int Mebi = 1 << 20;

    public static IReadOnlyDictionary<string, TuningOption> All { get; } =
        Rows().ToDictionary(static row => row.Name, StringComparer.Ordinal);

    private static IEnumerable<TuningOption> Rows()
    {
        yield return Switch("no_hashexpand");
        yield return Switch("slab_reassign", "slab_reassign", "yes");
        yield return Switch("no_slab_reassign", "slab_reassign", "no");
        yield return new("slab_automove", TuningKind.LooseNumber)
        {
            Echo = "slab_automove",
            Preset = "1",
            Min = 0,
            Max = 2,
            Bad = "slab_automove must be between 0 and 2",
        };
        yield return Switch("no_slab_automove", "slab_automove", "0");
        yield return new("slab_automove_ratio", TuningKind.Fraction)
        {
            Echo = "slab_automove_ratio",
            Min = 0,
            Max = 1,
            IsOpen = true,
            Missing = "Missing slab_automove_ratio argument",
            Bad = "slab_automove_ratio must be > 0 and < 1",
        };
        yield return new("slab_automove_window", TuningKind.StrictNumber)
        {
            Echo = "slab_automove_window",
            Min = 3,
            Missing = "Missing slab_automove_window argument",
            Bad = "slab_automove_window must be > 2",
        };
        yield return new("slab_automove_freeratio", TuningKind.Fraction)
        {
            Missing = "Missing slab_automove_freeratio argument",
            Bad = "could not parse argument to slab_automove_freeratio",
        };
        yield return new("tail_repair_time", TuningKind.LooseNumber)
        {
            Echo = "tail_repair_time",
            Min = 10,
            Missing = "Missing numeric argument for tail_repair_time",
            Bad = "Cannot set tail_repair_time to less than 10 seconds",
        };
        yield return new("hash_algorithm", TuningKind.Text)
        {
            Echo = "hash_algorithm",
            Choices = ["jenkins", "murmur3", "xxh3"],
            Missing = "Missing hash_algorithm argument",
            Bad = "Unknown hash_algorithm option (jenkins, murmur3, xxh3)",
        };
        yield return Switch("lru_crawler", "lru_crawler", "yes");
        yield return Switch("no_lru_crawler", "lru_crawler", "no");
        yield return new("lru_crawler_sleep", TuningKind.LooseNumber)
        {
            Echo = "lru_crawler_sleep",
            Min = 0,
            Max = 1_000_000,
            Missing = "Missing lru_crawler_sleep value",
            Bad = "LRU crawler sleep must be between 0 and 1 second",
        };
        yield return new("lru_crawler_tocrawl", TuningKind.StrictNumber)
        {
            Echo = "lru_crawler_tocrawl",
            Missing = "Missing lru_crawler_tocrawl value",
            Bad = "lru_crawler_tocrawl takes a numeric 32bit value",
        };
        yield return Switch("lru_maintainer", "lru_maintainer_thread", "yes");
        yield return Switch("no_lru_maintainer", "lru_maintainer_thread", "no");
        yield return Percentage("hot_lru_pct");
        yield return Percentage("warm_lru_pct");
        yield return Factor("hot_max_factor");
        yield return Factor("warm_max_factor");
        yield return new("temporary_ttl", TuningKind.LooseNumber)
        {
            Echo = "temporary_ttl",
            Missing = "Missing temporary_ttl argument",
        };
        yield return Size("watcher_logbuf_size", Kibi) with { Meaning = "what a watcher may be behind, in KB" };
        yield return Size("worker_logbuf_size", Kibi) with { Meaning = "a thread's log of watched events, in KB" };
        yield return Size("slab_chunk_max", Kibi);
        yield return Size("read_buf_mem_limit", Mebi) with { Meaning = "memory of half received requests, in MB" };
        yield return new("slab_sizes", TuningKind.Text) { Missing = "Missing slab_sizes argument" };
        yield return Switch("no_chunked_items");
        yield return Switch("track_sizes", "track_sizes", "yes") with { Meaning = "answer \"stats sizes\"" };
        yield return Switch("inline_ascii_resp");
        yield return Switch("no_inline_ascii_resp");
        yield return Switch("modern");
        yield return Switch("drop_privileges", "drop_privileges", "yes");
        yield return Switch("no_drop_privileges", "drop_privileges", "no");
        yield return Switch("relaxed_privileges");
        yield return new("resp_obj_mem_limit", TuningKind.Text);
        yield return new("sock_cookie_id", TuningKind.Text);
        foreach (TuningOption option in DiskRows()) yield return option;
    }

    private static IEnumerable<TuningOption> DiskRows()
    {
        yield return new(DiskTier, TuningKind.Text)
        {
            Missing = "missing argument to ext_path, ie: ext_path=/d/file:5G",
        };
        string[] numbers =
        [
            "ext_page_size", "ext_wbuf_size", "ext_threads", "ext_io_depth", "ext_item_size", "ext_item_age",
            "ext_low_ttl", "ext_recache_rate", "ext_compact_under", "ext_drop_under", "ext_max_sleep",
        ];
        foreach (string name in numbers)
        {
            yield return new(name, TuningKind.StrictNumber)
            {
                Missing = $"Missing {name} argument",
                Bad = $"could not parse argument to {name}",
            };
        }

        yield return new("ext_max_frag", TuningKind.Fraction)
        {
            Missing = "Missing ext_max_frag argument",
            Bad = "could not parse argument to ext_max_frag",
        };
        yield return Switch("ext_drop_unread");
    }

    private static TuningOption Switch(string name, string? echo = null, string? value = null) =>
        new(name, TuningKind.Switch) { Echo = echo, Preset = value };

    private static TuningOption Percentage(string name) => new(name, TuningKind.LooseNumber)
    {
        Echo = name,
        Min = 1,
        Max = 79,
        Missing = $"Missing {name} argument",
        Bad = $"{name} must be > 1 and < 80",
    };

    private static TuningOption Factor(string name) => new(name, TuningKind.Fraction)
    {
        Echo = name,
        Min = 0,
        IsOpen = true,
        Missing = $"Missing {name} argument",
        Bad = $"{name} must be > 0",
    };

    private static TuningOption Size(string name, int scale) => new(name, TuningKind.StrictNumber)
    {
        Echo = name,
        Scale = scale,
        Missing = $"Missing {name} argument",
        Bad = $"could not parse argument to {name}",
    };
}
