using System.Collections.Frozen;
using System.Globalization;

namespace Larder.Cache.Commands;

/// <summary>
/// Settings of memcached's allocator, LRU and logging threads, which do not exist here: what the options gave, what
/// commands changed since, and memcached's defaults for the rest. They are shown by <c>stats settings</c>, and a few
/// decide whether a command is refused, nothing more. Any thread.
/// </summary>
internal sealed class TuningValues
{
    public const string Yes = "yes";
    public const string No = "no";

    /// <summary>What memcached 1.6.45 says when no option is given.</summary>
    private static readonly FrozenDictionary<string, string> s_defaults = new Dictionary<string, string>
    {
        ["growth_factor"] = "1.25",
        ["chunk_size"] = "48",
        ["slab_reassign"] = Yes,
        ["slab_automove"] = "1",
        ["slab_automove_ratio"] = "0.80",
        ["slab_automove_window"] = "10",
        ["slab_chunk_max"] = "524288",
        ["lru_crawler"] = Yes,
        ["lru_crawler_sleep"] = "100",
        ["lru_crawler_tocrawl"] = "0",
        ["tail_repair_time"] = "0",
        ["hash_algorithm"] = "murmur3",
        ["lru_maintainer_thread"] = Yes,
        ["lru_segmented"] = Yes,
        ["hot_lru_pct"] = "20",
        ["warm_lru_pct"] = "40",
        ["hot_max_factor"] = "0.20",
        ["warm_max_factor"] = "2.00",
        ["temp_lru"] = No,
        ["temporary_ttl"] = "61",
        ["watcher_logbuf_size"] = "262144",
        ["worker_logbuf_size"] = "65536",
        ["read_buf_mem_limit"] = "0",
        ["track_sizes"] = No,
        ["inline_ascii_response"] = No,
        ["num_napi_ids"] = "(null)",
        ["memory_file"] = "(null)",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _values; // owner: _gate

    /// <summary>Begins with what the options said.</summary>
    public TuningValues(IDictionary<string, string> echo)
    {
        _values = new Dictionary<string, string>(echo, StringComparer.Ordinal);
        if (_values.ContainsKey("temporary_ttl"))
        {
            _values.TryAdd("temp_lru", Yes); // the option turns it on, as in memcached
        }
    }

    /// <summary>The value of a setting; null for one that has neither a value nor a default.</summary>
    public string? Find(string name)
    {
        lock (_gate)
        {
            return _values.TryGetValue(name, out string? value) ? value : s_defaults.GetValueOrDefault(name);
        }
    }

    /// <summary>Whether a setting is <c>yes</c>.</summary>
    public bool IsOn(string name) => Find(name) == Yes;

    /// <summary>Changes a setting.</summary>
    public void Set(string name, string value)
    {
        lock (_gate)
        {
            _values[name] = value;
        }
    }

    /// <summary>Changes a whole number.</summary>
    public void Set(string name, long value) => Set(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Changes a fraction, shown with two digits as memcached shows it.</summary>
    public void Set(string name, double value) => Set(name, value.ToString("F2", CultureInfo.InvariantCulture));

    /// <summary>Turns a switch on or off.</summary>
    public void Set(string name, bool isOn) => Set(name, isOn ? Yes : No);
}
