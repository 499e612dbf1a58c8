using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Larder.Cache.Serving;
using Larder.Conformance.Targets;
using Larder.Conformance.Wire;
using Xunit;

namespace Larder.Conformance.RealClients;

/// <summary>
/// Clients that Debian ships, unchanged, against Larder. Each session is a script in the client's language that
/// compares
/// what the client returns; a client's own quirks are told in docs/clients.md.
/// </summary>
public sealed partial class RealClientTests
{
    private static readonly string[] s_passed =
    [
        .. "version,quit,verbosity,set,set noreply,get,gets,mget,flush,flush noreply,add,add noreply".Split(','),
        .. "replace,replace noreply,cas,cas noreply,delete,delete noreply".Split(','),
        .. "incr,incr noreply,decr,decr noreply".Split(','),
        .. "append,append noreply,prepend,prepend noreply,stat".Split(','),
    ];

    private static readonly string[] s_passedBinary =
    [
        .. "noop,quit,quitq,set,setq,flush,flushq,add,addq,replace,replaceq,delete,deleteq".Split(','),
        .. "get,getq,getk,getkq,incr,incrq,decr,decrq,version".Split(','),
        .. "append,appendq,prepend,prependq,stat".Split(','),
    ];

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static TheoryData<CacheDriver, CacheTrigger> All => Combination.All();

    [Theory]
    [MemberData(nameof(All))]
    public void Pymemcache_session_gets_what_it_stores(CacheDriver driver, CacheTrigger trigger) =>
        RunScript(
            "/usr/bin/python3",
            "pymemcache_session.py",
            ["-c", "import pymemcache"],
            "python3-pymemcache",
            driver,
            trigger);

    [Theory]
    [MemberData(nameof(All))]
    public void Cache_memcached_session_gets_what_it_stores(CacheDriver driver, CacheTrigger trigger) =>
        RunScript(
            "/usr/bin/perl",
            "cache_memcached_session.pl",
            ["-MCache::Memcached", "-e", "1"],
            "libcache-memcached-perl",
            driver,
            trigger);

    [Theory]
    [MemberData(nameof(All))]
    public void Php_memcached_session_gets_what_it_stores(CacheDriver driver, CacheTrigger trigger) =>
        RunScript(
            "/usr/bin/php",
            "php_memcached_session.php",
            ["-r", "exit(extension_loaded('memcached') ? 0 : 1);"],
            "php-cli php-memcached",
            driver,
            trigger);

    [Theory]
    [MemberData(nameof(All))]
    public void Php_memcached_binary_session_gets_what_it_stores(CacheDriver driver, CacheTrigger trigger) =>
        RunScript(
            "/usr/bin/php",
            "php_memcached_session.php",
            ["-r", "exit(extension_loaded('memcached') ? 0 : 1);"],
            "php-cli php-memcached",
            driver,
            trigger,
            "binary");

    [Theory]
    [MemberData(nameof(All))]
    public void Pylibmc_binary_session_gets_what_it_stores(CacheDriver driver, CacheTrigger trigger) =>
        RunScript(
            "/usr/bin/python3",
            "pylibmc_session.py",
            ["-c", "import pylibmc"],
            "python3-pylibmc",
            driver,
            trigger,
            "binary");

    [Theory]
    [MemberData(nameof(All))]
    public void Dalli_session_gets_what_it_stores(CacheDriver driver, CacheTrigger trigger) =>
        RunScript("/usr/bin/ruby", "dalli_session.rb", ["-e", "require 'dalli'"], "ruby ruby-dalli", driver, trigger);

    [Theory]
    [MemberData(nameof(All))]
    public void Memccapable_ascii_part_passes(CacheDriver driver, CacheTrigger trigger) =>
        AssertCapable("-a", PassedPattern(), s_passed, driver, trigger);

    [Theory]
    [MemberData(nameof(All))]
    public void Memccapable_binary_part_passes(CacheDriver driver, CacheTrigger trigger) =>
        AssertCapable("-b", PassedBinaryPattern(), s_passedBinary, driver, trigger);

    [Theory]
    [MemberData(nameof(All))]
    public void Memcached_tools_store_find_touch_and_remove(CacheDriver driver, CacheTrigger trigger)
    {
        SkipUnlessInstalled("/usr/bin/memccp", "libmemcached-tools");
        using LarderServer server = LarderServer.Start(driver, trigger, []);
        string servers = "--servers=127.0.0.1:" + PortOf(server);
        string folder = Directory.CreateTempSubdirectory("larder-clients-").FullName;
        try
        {
            string file = Path.Combine(folder, "greeting");
            File.WriteAllText(file, "good morning");
            Tool(0, "memccp", servers, file);
            Assert.Contains("good morning", Tool(0, "memccat", servers, "greeting"), StringComparison.Ordinal);
            string stats = Tool(0, "memcstat", servers);
            Assert.True(stats.Contains("curr_items: 1\n", StringComparison.Ordinal), stats);
            Assert.Equal("greeting\n", Tool(0, "memcdump", servers));
            Tool(0, "memcexist", servers, "greeting");
            Tool(1, "memcexist", servers, "nothing");
            Tool(0, "memctouch", servers, "--expire=100", "greeting");
            Tool(0, "memcping", servers);
            Tool(0, "memcrm", servers, "greeting");
            Tool(1, "memccat", servers, "greeting");
            Tool(0, "memccp", servers, file);
            Tool(0, "memcflush", servers);
            Tool(1, "memccat", servers, "greeting");
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static string Tool(int exitCodeWanted, string name, params string[] arguments)
    {
        (int exitCode, string output) = Run("/usr/bin/" + name, arguments);
        Assert.True(exitCode == exitCodeWanted, $"{name} ended with {exitCode}, not {exitCodeWanted}: {output}");
        return output;
    }

    private static void AssertCapable(
        string part, Regex pattern, string[] expected, CacheDriver driver, CacheTrigger trigger)
    {
        SkipUnlessInstalled("/usr/bin/memccapable", "libmemcached-tools");
        using LarderServer server = LarderServer.Start(driver, trigger, []);
        string output = Run("/usr/bin/memccapable", ["-h", "127.0.0.1", "-p", PortOf(server), part]).Output;
        Assert.Equal(expected, pattern.Matches(output).Select(match => match.Groups["test"].Value));
        Assert.Contains("All tests passed", output, StringComparison.Ordinal);
    }

    private static void RunScript(
        string interpreter,
        string script,
        string[] probe,
        string packages,
        CacheDriver driver,
        CacheTrigger trigger,
        params string[] arguments)
    {
        SkipUnlessInstalled(interpreter, packages);
        Assert.SkipUnless(Run(interpreter, probe).ExitCode == 0, $"not installed: apt-get install {packages}");
        using LarderServer server = LarderServer.Start(driver, trigger, []);
        string path = Path.Combine(AppContext.BaseDirectory, "RealClients", "Scripts", script);
        (int exitCode, string output) = Run(interpreter, [path, "127.0.0.1", PortOf(server), .. arguments]);
        Assert.True(exitCode == 0, $"{script} ended with {exitCode}: {output}");
        Assert.StartsWith("ok, ", output, StringComparison.Ordinal);
    }

    private static void SkipUnlessInstalled(string program, string packages) =>
        Assert.SkipUnless(File.Exists(program), $"{program} is missing: apt-get install {packages}");

    private static (int ExitCode, string Output) Run(string program, IEnumerable<string> arguments) =>
        ChildProcess.Run(program, arguments, Deadline.After(s_limit));

    private static string PortOf(LarderServer server) =>
        ((IPEndPoint)server.EndPoint).Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>A test that passed; one that failed leaves its name on the line, before the next one's.</summary>
    [GeneratedRegex(@"ascii (?<test>((?!ascii)[a-z ])+?) +\[pass\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PassedPattern();

    /// <inheritdoc cref="PassedPattern"/>
    [GeneratedRegex(@"binary (?<test>[a-z]+) +\[pass\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PassedBinaryPattern();
}
