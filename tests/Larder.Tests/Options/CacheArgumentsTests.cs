using System.Globalization;
using Larder.Cache.Serving;
using Larder.Options;
using Xunit;

namespace Larder.Tests.Options;

/// <summary>
/// Aim: every option of memcached 1.6.45 does what it says, or is refused in memcached's words. Method: one table
/// of good lines with the property that they set, one of bad lines with text and exit code.
/// </summary>
public sealed class CacheArgumentsTests
{
    [Theory]
    [InlineData("", "Port=11211")]
    [InlineData("-p 1", "Port=1")]
    [InlineData("-p65535", "Port=65535")]
    [InlineData("--port=0 -s /run/x", "Port=0")]
    [InlineData("-p -1", "Port=-1")]
    [InlineData("-U 0", "Port=11211")]
    [InlineData("-U 5", "UdpPort=5")]
    [InlineData("-U 5", "Port=5")]
    [InlineData("-U -1", "Port=-1")]
    [InlineData("-p 7 -U 5", "Port=7")]
    [InlineData("-U 5 -p 0", "Port=0")]
    [InlineData("--udp-port=0", "Port=11211")]
    [InlineData("-s /run/x", "UnixSocketPath=/run/x")]
    [InlineData("--unix-socket=/run/x", "UnixSocketPath=/run/x")]
    [InlineData("", "UnixSocketPath=")]
    [InlineData("", "UnixSocketMode=UserExecute, UserWrite, UserRead")]
    [InlineData("-a 660", "UnixSocketMode=GroupWrite, GroupRead, UserWrite, UserRead")]
    [InlineData("--unix-mask=0", "UnixSocketMode=None")]
    [InlineData("-A", "ShutdownEnabled=True")]
    [InlineData("--enable-shutdown", "ShutdownEnabled=True")]
    [InlineData("", "ShutdownEnabled=False")]
    [InlineData("-l a:1 --listen=b", "ListenText=a:1,b")]
    [InlineData("-l a:1 --listen=b", "Listen=a/1 b/")]
    [InlineData("", "ListenText=")]
    [InlineData("-u root", "User=root")]
    [InlineData("--user=nobody", "User=nobody")]
    [InlineData("-m 1024", "MemoryLimit=1073741824")]
    [InlineData("--memory-limit=100", "MemoryLimit=104857600")]
    [InlineData("-m 1048576", "MemoryLimit=1099511627776")]
    [InlineData("", "MemoryLimit=67108864")]
    [InlineData("-M", "EvictionsEnabled=False")]
    [InlineData("--disable-evictions", "EvictionsEnabled=False")]
    [InlineData("-c 5", "ConnectionsMax=5")]
    [InlineData("--conn-limit=100000", "ConnectionsMax=100000")]
    [InlineData("-v", "Verbosity=1")]
    [InlineData("--verbose -vv", "Verbosity=3")]
    [InlineData("-d", "IsDaemon=True")]
    [InlineData("--daemon", "IsDaemon=True")]
    [InlineData("", "IsDaemon=False")]
    [InlineData("-r", "CoreDumpsEnabled=True")]
    [InlineData("--enable-coredumps", "CoreDumpsEnabled=True")]
    [InlineData("", "CoreDumpsEnabled=False")]
    [InlineData("-k", "MemoryLocked=True")]
    [InlineData("--lock-memory", "MemoryLocked=True")]
    [InlineData("", "MemoryLocked=False")]
    [InlineData("-o drain_timeout=5", "DrainTimeout=00:00:05")]
    [InlineData("-o drain_timeout=0", "DrainTimeout=00:00:00")]
    [InlineData("", "DrainTimeout=00:00:30")]
    [InlineData("-p 0 -l unix:/run/x", "Port=0")]
    [InlineData("-P /run/pid", "PidFile=/run/pid")]
    [InlineData("--pidfile=/run/pid", "PidFile=/run/pid")]
    [InlineData("-D /", "PrefixDelimiter=/")]
    [InlineData("-D /", "PrefixStatsEnabled=True")]
    [InlineData("", "PrefixDelimiter=:")]
    [InlineData("", "PrefixStatsEnabled=False")]
    [InlineData("-t 2", "Threads=2")]
    [InlineData("--threads=8", "Threads=8")]
    [InlineData("-R 7", "RequestsPerTurnMax=7")]
    [InlineData("--max-reqs-per-event=7", "RequestsPerTurnMax=7")]
    [InlineData("-C", "CasEnabled=False")]
    [InlineData("--disable-cas", "CasEnabled=False")]
    [InlineData("-b 5", "ListenBacklog=5")]
    [InlineData("--listen-backlog=0", "ListenBacklog=0")]
    [InlineData("-B ascii", "Protocol=Ascii")]
    [InlineData("-B binary", "Protocol=Binary")]
    [InlineData("--protocol=auto", "Protocol=Auto")]
    [InlineData("-I 1024", "ItemSizeMax=1024")]
    [InlineData("-I 5k", "ItemSizeMax=5120")]
    [InlineData("-I 2M", "ItemSizeMax=2097152")]
    [InlineData("--max-item-size=32m", "ItemSizeMax=33554432")]
    [InlineData("-m 2048 -I 1024m", "ItemSizeMax=1073741824")]
    [InlineData("-F", "FlushEnabled=False")]
    [InlineData("--disable-flush-all", "FlushEnabled=False")]
    [InlineData("-X", "DumpEnabled=False")]
    [InlineData("--disable-dumping", "DumpEnabled=False")]
    [InlineData("-W", "WatchEnabled=False")]
    [InlineData("--disable-watch", "WatchEnabled=False")]
    [InlineData("-o maxconns_fast", "RefuseAtConnectionsMax=True")]
    [InlineData("-o no_maxconns_fast", "RefuseAtConnectionsMax=False")]
    [InlineData("-o no_maxconns_fast -o maxconns_fast", "RefuseAtConnectionsMax=True")]
    [InlineData("-o no_modern", "RefuseAtConnectionsMax=False")]
    [InlineData("-o hashpower=20", "HashPower=20")]
    [InlineData("-o idle_timeout=30", "IdleTimeout=00:00:30")]
    [InlineData("-o idle_timeout=0", "IdleTimeout=00:00:00")]
    [InlineData("-o reply_max=4096", "ReplyBytesMax=4096")]
    [InlineData("-o udp_reply_max=1024", "DatagramAnswerMax=1024")]
    [InlineData("", "ReplyBytesMax=1048576")]
    [InlineData("-o slow_log_us=500", "SlowLogMicroseconds=500")]
    [InlineData("", "SlowLogMicroseconds=0")]
    [InlineData("-o hotkeys=0", "HotKeysEnabled=False")]
    [InlineData("-o hotkeys=0,hotkeys=1", "HotKeysEnabled=True")]
    [InlineData("-o driver=queue", "Driver=Queue")]
    [InlineData("-o driver=frontends", "Driver=FrontEnds")]
    [InlineData("-o trigger=level", "Trigger=Level")]
    [InlineData("-o trigger=edge", "Trigger=Edge")]
    [InlineData("-o workers=3,driver=queue", "Workers=3")]
    [InlineData("-o debugtime", "DebugTimeEnabled=True")]
    [InlineData("--extended=debugtime", "DebugTimeEnabled=True")]
    [InlineData("", "DebugTimeEnabled=False")]
    [InlineData("-vvm64 -p -1 operand -C -- -M", "EvictionsEnabled=True")]
    public void Good_option_sets_what_it_names(string line, string expected)
    {
        CacheSettings settings = Accept(line);
        string name = expected[..expected.IndexOf('=', StringComparison.Ordinal)];
        object? value = typeof(CacheSettings).GetProperty(name) is { } own
            ? own.GetValue(settings)
            : typeof(CacheServerOptions).GetProperty(name)!.GetValue(settings.Server);
        if (value is List<ListenSpec> specs)
            value = string.Join(' ', specs.Select(static each => $"{each.Host}/{each.Port}"));

        Assert.Equal(expected, string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
        Assert.Empty(settings.Warnings);
    }

    [Theory]
    [InlineData("-L")]
    [InlineData("--enable-largepages")]
    [InlineData("-f 1.07", "growth_factor", "1.07")]
    [InlineData("--slab-growth-factor=2", "growth_factor", "2.00")]
    [InlineData("-n 96", "chunk_size", "96")]
    [InlineData("--slab-min-size=96", "chunk_size", "96")]
    [InlineData("-N 4", "num_napi_ids", "4")]
    [InlineData("--napi_ids=4", "num_napi_ids", "4")]
    [InlineData("-o no_hashexpand")]
    [InlineData("-o slab_reassign", "slab_reassign", "yes")]
    [InlineData("-o no_slab_reassign", "slab_reassign", "no")]
    [InlineData("-o slab_automove", "slab_automove", "1")]
    [InlineData("-o slab_automove=2", "slab_automove", "2")]
    [InlineData("-o no_slab_automove", "slab_automove", "0")]
    [InlineData("-o slab_automove_ratio=0.9", "slab_automove_ratio", "0.90")]
    [InlineData("-o slab_automove_window=3", "slab_automove_window", "3")]
    [InlineData("-o slab_automove_freeratio=0.02")]
    [InlineData("-o tail_repair_time=10", "tail_repair_time", "10")]
    [InlineData("-o hash_algorithm=jenkins", "hash_algorithm", "jenkins")]
    [InlineData("-o lru_crawler", "lru_crawler", "yes")]
    [InlineData("-o no_lru_crawler", "lru_crawler", "no")]
    [InlineData("-o lru_crawler_sleep=1000000", "lru_crawler_sleep", "1000000")]
    [InlineData("-o lru_crawler_tocrawl=5", "lru_crawler_tocrawl", "5")]
    [InlineData("-o lru_maintainer", "lru_maintainer_thread", "yes")]
    [InlineData("-o no_lru_maintainer", "lru_maintainer_thread", "no")]
    [InlineData("-o hot_lru_pct=40", "hot_lru_pct", "40")]
    [InlineData("-o warm_lru_pct=60", "warm_lru_pct", "60")]
    [InlineData("-o hot_max_factor=0.5", "hot_max_factor", "0.50")]
    [InlineData("-o warm_max_factor=3", "warm_max_factor", "3.00")]
    [InlineData("-o temporary_ttl=90", "temporary_ttl", "90")]
    [InlineData("-o slab_chunk_max=1024", "slab_chunk_max", "1048576")]
    [InlineData("-o slab_sizes=100-200-300")]
    [InlineData("-o no_chunked_items")]
    [InlineData("-o inline_ascii_resp")]
    [InlineData("-o no_inline_ascii_resp")]
    [InlineData("-o modern")]
    [InlineData("-o drop_privileges", "drop_privileges", "yes")]
    [InlineData("-o no_drop_privileges", "drop_privileges", "no")]
    [InlineData("-o relaxed_privileges")]
    [InlineData("-o resp_obj_mem_limit=5")]
    [InlineData("-o sock_cookie_id=5")]
    [InlineData("-o ext_page_size=64")]
    [InlineData("-o ext_wbuf_size=4")]
    [InlineData("-o ext_threads=1")]
    [InlineData("-o ext_io_depth=1")]
    [InlineData("-o ext_item_size=512")]
    [InlineData("-o ext_item_age=3600")]
    [InlineData("-o ext_low_ttl=60")]
    [InlineData("-o ext_recache_rate=2000")]
    [InlineData("-o ext_compact_under=10")]
    [InlineData("-o ext_drop_under=10")]
    [InlineData("-o ext_max_sleep=1000000")]
    [InlineData("-o ext_max_frag=0.8")]
    [InlineData("-o ext_drop_unread")]
    public void Tuning_option_is_accepted_noted_and_reported_again(
        string line, string? echo = null, string? value = null)
    {
        CacheSettings settings = Accept(line);

        string note = Assert.Single(settings.Notes);
        Assert.EndsWith("is accepted and changes nothing here", note, StringComparison.Ordinal);
        if (echo is null) Assert.Empty(settings.Server.TuningEcho);
        else Assert.Equal(value, settings.Server.TuningEcho[echo]);
    }

    [Theory]
    [InlineData("-o watcher_logbuf_size=512", "watcher_logbuf_size", "524288")]
    [InlineData("-o worker_logbuf_size=128", "worker_logbuf_size", "131072")]
    [InlineData("-o read_buf_mem_limit=8", "read_buf_mem_limit", "8388608")]
    public void Tuning_option_that_means_something_is_reported_again_without_a_note(
        string line, string echo, string value)
    {
        CacheSettings settings = Accept(line);

        Assert.Empty(settings.Notes);
        Assert.Equal(value, settings.Server.TuningEcho[echo]);
    }

    [Fact]
    public void Tuning_option_that_means_something_here_is_not_called_idle()
    {
        CacheSettings settings = Accept("-o track_sizes");

        Assert.Empty(settings.Notes);
        Assert.Equal("yes", settings.Server.TuningEcho["track_sizes"]);
        string help = Refuse("-h").Text;
        Assert.Contains("\n   - track_sizes:         answer \"stats sizes\"\n", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-c 0", "Maximum connections must be greater than 0", 1)]
    [InlineData("-c x", "Maximum connections must be greater than 0", 1)]
    [InlineData("-t 0", "Number of threads must be greater than 0", 1)]
    [InlineData("-t -1", "Number of threads must be greater than 0", 1)]
    [InlineData("-R 0", "Number of requests per event must be greater than 0", 1)]
    [InlineData("-f 1", "Factor must be greater than 1", 1)]
    [InlineData("-f x", "Factor must be greater than 1", 1)]
    [InlineData("-f nan", "Factor must be greater than 1", 1)]
    [InlineData("-n 0", "Chunk size must be greater than 0", 1)]
    [InlineData("-N 0", "Maximum number of NAPI IDs must be greater than 0", 1)]
    [InlineData("-I 1", "Item max size cannot be less than 1024 bytes.", 64)]
    [InlineData("-I x", "Item max size cannot be less than 1024 bytes.", 64)]
    [InlineData("-I 2g", "Item max size cannot be less than 1024 bytes.", 64)]
    [InlineData("-I 40m", "Cannot set item size limit higher than 1/2 of memory max.", 64)]
    [InlineData("-m 1", "Cannot set item size limit higher than 1/2 of memory max.", 64)]
    [InlineData("-m 0", "Cannot set item size limit higher than 1/2 of memory max.", 64)]
    [InlineData("-m 4096 -I 1025m", "Cannot set item size limit higher than a gigabyte.", 64)]
    [InlineData("-m 4096 -I 9999999999999999m", "Cannot set item size limit higher than a gigabyte.", 64)]
    [InlineData("-m x", "-m needs a number in its range, not \"x\"", 64)]
    [InlineData("-m -5", "-m needs a number in its range, not \"-5\"", 64)]
    [InlineData("-p 70000", "ERROR: Invalid port number 70000.", 64)]
    [InlineData("-p -2", "ERROR: Invalid port number -2.", 64)]
    [InlineData("-p 0", "-p 0 leaves nothing to listen on: it needs -s or -U", 64)]
    [InlineData("-p x", "-p needs a number in its range, not \"x\"", 64)]
    [InlineData("-b x", "-b needs a number in its range, not \"x\"", 64)]
    [InlineData("-o slow_log_us=60000001", "slow_log_us needs a number of microseconds, up to 60000000", 1)]
    [InlineData("-o slow_log_us", "slow_log_us needs a number of microseconds, up to 60000000", 1)]
    [InlineData("-U 65536", "ERROR: Invalid UDP port number 65536.", 64)]
    [InlineData("-o udp_reply_max", "udp_reply_max needs a number of bytes, 1024 to 67108864", 1)]
    [InlineData("-o udp_reply_max=1023", "udp_reply_max needs a number of bytes, 1024 to 67108864", 1)]
    [InlineData("-o udp_reply_max=67108865", "udp_reply_max needs a number of bytes, 1024 to 67108864", 1)]
    [InlineData("-U x", "-U needs a number in its range, not \"x\"", 64)]
    [InlineData("-a 999", "-a needs an octal mask such as 0770, not \"999\"", 64)]
    [InlineData("-B foo", "Invalid value for binding protocol: foo\n -- should be one of auto, binary, or ascii", 64)]
    [InlineData("-l [::1", "Invalid IPV6 address: \"[::1\"", 71)]
    [InlineData("-D \u00e9", "The delimiter must be an ASCII character", 1)]
    [InlineData("-o foo", "Illegal suboption \"foo\"", 1)]
    [InlineData("-o no_such=1", "Illegal suboption \"no_such=1\"", 1)]
    [InlineData("-o ,", "Illegal suboption \"\"", 1)]
    [InlineData("-o hashpower=13,,track_sizes", "Illegal suboption \"\"", 1)]
    [InlineData("-o hashpower", "Missing numeric argument for hashpower", 1)]
    [InlineData("-o hashpower=5", "Initial hashtable multiplier of 5 is too low", 1)]
    [InlineData("-o hashpower=x", "Initial hashtable multiplier of 0 is too low", 1)]
    [InlineData(
        "-o hashpower=99",
        "Initial hashtable multiplier of 99 is too high\n"
        + "Choose a value based on \"STAT hash_power_level\" from a running instance",
        1)]
    [InlineData("-o idle_timeout", "Missing numeric argument for idle_timeout", 1)]
    [InlineData("-o idle_timeout=x", "idle_timeout needs a number of seconds, not \"x\"", 1)]
    [InlineData("-o drain_timeout", "drain_timeout needs a number of seconds, up to 86400", 1)]
    [InlineData("-o drain_timeout=x", "drain_timeout needs a number of seconds, up to 86400", 1)]
    [InlineData("-o drain_timeout=86401", "drain_timeout needs a number of seconds, up to 86400", 1)]
    [InlineData("-o ext_path", "missing argument to ext_path, ie: ext_path=/d/file:5G", 1)]
    [InlineData("-o ext_threads", "Missing ext_threads argument", 1)]
    [InlineData("-o ext_threads=x", "could not parse argument to ext_threads", 1)]
    [InlineData("-o ext_max_frag=x", "could not parse argument to ext_max_frag", 1)]
    [InlineData("-l unix:", "Missing path of a UNIX socket: \"unix:\"", 71)]
    [InlineData("-o reply_max", "reply_max needs a number of bytes, 4096 to 1073741824", 1)]
    [InlineData("-o reply_max=1k", "reply_max needs a number of bytes, 4096 to 1073741824", 1)]
    [InlineData("-o reply_max=4095", "reply_max needs a number of bytes, 4096 to 1073741824", 1)]
    [InlineData("-o reply_max=1073741825", "reply_max needs a number of bytes, 4096 to 1073741824", 1)]
    [InlineData("-o hotkeys", "hotkeys must be 0 or 1", 1)]
    [InlineData("-o hotkeys=2", "hotkeys must be 0 or 1", 1)]
    [InlineData("-o driver=none", "driver must be frontends or queue", 1)]
    [InlineData("-o driver", "driver must be frontends or queue", 1)]
    [InlineData("-o trigger=none", "trigger must be edge or level", 1)]
    [InlineData("-o workers=0", "workers must be a number greater than 0", 1)]
    [InlineData("-o workers", "workers must be a number greater than 0", 1)]
    [InlineData("-o slab_automove=9", "slab_automove must be between 0 and 2", 1)]
    [InlineData("-o slab_automove_ratio", "Missing slab_automove_ratio argument", 1)]
    [InlineData("-o slab_automove_ratio=x", "slab_automove_ratio must be > 0 and < 1", 1)]
    [InlineData("-o slab_automove_ratio=1", "slab_automove_ratio must be > 0 and < 1", 1)]
    [InlineData("-o slab_automove_window=2", "slab_automove_window must be > 2", 1)]
    [InlineData("-o slab_automove_freeratio=x", "could not parse argument to slab_automove_freeratio", 1)]
    [InlineData("-o tail_repair_time", "Missing numeric argument for tail_repair_time", 1)]
    [InlineData("-o tail_repair_time=5", "Cannot set tail_repair_time to less than 10 seconds", 1)]
    [InlineData("-o hash_algorithm", "Missing hash_algorithm argument", 1)]
    [InlineData("-o hash_algorithm=foo", "Unknown hash_algorithm option (jenkins, murmur3, xxh3)", 1)]
    [InlineData("-o lru_crawler_sleep=2000000", "LRU crawler sleep must be between 0 and 1 second", 1)]
    [InlineData("-o lru_crawler_tocrawl", "Missing lru_crawler_tocrawl value", 1)]
    [InlineData("-o lru_crawler_tocrawl=x", "lru_crawler_tocrawl takes a numeric 32bit value", 1)]
    [InlineData("-o hot_lru_pct", "Missing hot_lru_pct argument", 1)]
    [InlineData("-o hot_lru_pct=99", "hot_lru_pct must be > 1 and < 80", 1)]
    [InlineData("-o warm_lru_pct=0", "warm_lru_pct must be > 1 and < 80", 1)]
    [InlineData("-o hot_lru_pct=70", "hot_lru_pct + warm_lru_pct cannot be more than 80% combined", 64)]
    [InlineData("-o hot_max_factor=0", "hot_max_factor must be > 0", 1)]
    [InlineData("-o warm_max_factor", "Missing warm_max_factor argument", 1)]
    [InlineData("-o temporary_ttl", "Missing temporary_ttl argument", 1)]
    [InlineData("-o watcher_logbuf_size", "Missing watcher_logbuf_size argument", 1)]
    [InlineData("-o worker_logbuf_size=x", "could not parse argument to worker_logbuf_size", 1)]
    [InlineData("-o slab_chunk_max=x", "could not parse argument to slab_chunk_max", 1)]
    [InlineData("-o read_buf_mem_limit=x", "could not parse argument to read_buf_mem_limit", 1)]
    public void Bad_value_is_refused_in_one_message_with_its_exit_code(string line, string text, int code)
    {
        OptionExit exit = Refuse(line);

        Assert.Equal(text, exit.Text);
        Assert.Equal(code, exit.Code);
        Assert.False(exit.IsAnswer);
    }

    [Theory]
    [InlineData("-e /x", "-e (--memory-file)")]
    [InlineData("-o proxy_config=/x", "-o proxy_config")]
    public void Option_that_is_not_there_yet_is_refused_in_one_line(string line, string option)
    {
        OptionExit exit = Refuse(line);

        Assert.StartsWith($"{option} is not supported yet", exit.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exit.Text);
        Assert.Equal(1, exit.Code);
    }

    [Theory]
    [InlineData("-Q", "larder cache: invalid option -- 'Q'; larder cache --help lists all options")]
    [InlineData(
        "--foo", "larder cache: unrecognized option '--foo'; larder cache --help lists all options")]
    public void Unknown_option_is_refused_with_a_pointer_to_the_help(string line, string text)
    {
        OptionExit exit = Refuse(line);

        Assert.Equal(text, exit.Text);
        Assert.Equal(1, exit.Code);
    }

    [Fact]
    public void Delimiter_that_is_empty_is_refused() =>
        Assert.Equal(
            new OptionExit("No delimiter specified", 1), CacheArguments.Parse("larder cache", ["-D", ""]).Exit);

    [Theory]
    [InlineData("-m 64m", "-m 64m is read as 64")]
    [InlineData("-p 80x", "-p 80x is read as 80")]
    [InlineData("-t 4x", "-t 4x is read as 4")]
    [InlineData("-o ext_path=/x:1G", "-o ext_path: there is no disk tier here, all items are in memory")]
    [InlineData("-t 65", "Setting a high number of worker threads is not recommended: at most one a core")]
    public void Doubtful_value_is_taken_with_a_warning(string line, string warning) =>
        Assert.Equal(warning, Assert.Single(Accept(line).Warnings));

    [Theory]
    [InlineData("larder cache", "-V", "larder 0.1.0 (memcached 1.6.45)\n")]
    [InlineData("memcached", "--version", "memcached 1.6.45 (larder 0.1.0)\n")]
    public void Version_names_the_program_that_was_called_first(string name, string line, string text) =>
        Assert.Equal(new OptionExit(text, 0, IsAnswer: true), CacheArguments.Parse(name, [line]).Exit);

    [Fact]
    public void Help_names_every_option_in_memcacheds_shape()
    {
        string text = CacheArguments.Parse("larder cache", ["-vh"]).Exit!.Text;

        foreach (OptionName option in CacheOptionTable.All)
        {
            string name = option.Long is null ? $"-{option.Letter} <" : $"--{option.Long}";
            Assert.Contains(name, text, StringComparison.Ordinal);
            Assert.Contains($"-{option.Letter}", text, StringComparison.Ordinal);
        }

        Assert.StartsWith("larder 0.1.0", text, StringComparison.Ordinal);
        Assert.Contains("Examples:", text, StringComparison.Ordinal);
        Assert.EndsWith(".\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), static line => Assert.InRange(line.Length, 0, 120));
    }

    [Fact]
    public void Licence_is_printed_on_demand()
    {
        OptionExit exit = CacheArguments.Parse("larder cache", ["-i"]).Exit!;

        Assert.Contains("Permission is hereby granted, free of charge", exit.Text, StringComparison.Ordinal);
        Assert.True(exit.IsAnswer);
    }

    [Fact]
    public void Mistake_before_a_wish_wins()
    {
        Assert.Equal(1, CacheArguments.Parse("larder cache", ["-c0", "-h"]).Exit!.Code);
        Assert.Equal(0, CacheArguments.Parse("larder cache", ["-h", "-c0"]).Exit!.Code);
    }

    private static CacheSettings Accept(string line)
    {
        CacheParse parse = CacheArguments.Parse("larder cache", Words(line));
        Assert.Null(parse.Exit);
        return parse.Settings!;
    }

    private static OptionExit Refuse(string line)
    {
        CacheParse parse = CacheArguments.Parse("larder cache", Words(line));
        Assert.Null(parse.Settings);
        return parse.Exit!;
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
