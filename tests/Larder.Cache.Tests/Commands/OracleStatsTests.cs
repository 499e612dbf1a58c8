namespace Larder.Cache.Tests.Commands;

/// <summary>
/// Aim: no name of a statistic comes from a misread list. Method: the names that Debian's memcached 1.6.18 sends, with
/// the changes up to 1.6.45 applied, are those of Larder, in the same order.
/// </summary>
public sealed class OracleStatsTests
{
    [Fact]
    public void General_names_are_the_oracles()
    {
        List<string> names = Ask("stats");
        names.Remove("slab_reassign_evictions_nomem");          // gone after 1.6.18
        int busy = names.IndexOf("slab_reassign_busy_deletes"); // new after 1.6.18
        names.InsertRange(busy + 1, ["slab_reassign_busy_nomem", "slab_reassign_last_busy_status"]);
        Assert.Equal(names, StatNames.General);
    }

    [Fact]
    public void Settings_names_are_the_oracles()
    {
        List<string> names = Ask("stats settings");
        // Debian builds with extstore and TLS, which Larder does not have.
        names.RemoveAll(static name => name.StartsWith("ext_", StringComparison.Ordinal)
            || name.StartsWith("ssl_", StringComparison.Ordinal) || name == "slab_automove_freeratio");
        names.Add("client_flags_size");                         // new after 1.6.18
        Assert.Equal(names, StatNames.Settings);
    }

    [Fact]
    public void Item_names_are_the_oracles()
    {
        Assert.Equal(Ask("stats items"), StatNames.Under("items:1:", StatNames.Items));
    }

    [Fact]
    public void Slab_names_are_the_oracles()
    {
        Assert.Equal(Ask("stats slabs"), [.. StatNames.Under("1:", StatNames.Slabs), "active_slabs", "total_malloced"]);
    }

    [Fact]
    public void Default_settings_are_the_oracles()
    {
        Assert.SkipUnless(File.Exists(OracleServer.Path), "memcached is not installed");
        using var oracle = new OracleServer();
        using var bench = new AdministrationBench();
        var theirs = oracle.Client.Stats("stats settings").ToDictionary();
        // A port of our own and no socket; longer turns; a window that was 30 seconds in 1.6.18; new after 1.6.18.
        string[] others =
        [
            "tcpport", "domain_socket", "reqs_per_event", "slab_automove_window", "client_flags_size",
        ];
        foreach ((string name, string value) in bench.Stats("stats settings"))
        {
            bool isSame = others.Contains(name) || theirs[name] == value;
            Assert.True(isSame, $"{name}: {value}, not {theirs.GetValueOrDefault(name)}");
        }
    }

    private static List<string> Ask(string line)
    {
        Assert.SkipUnless(File.Exists(OracleServer.Path), "memcached is not installed");
        using var oracle = new OracleServer();
        Assert.Equal("STORED", oracle.Client.Ask("set a 0 0 1\r\nx"));
        return [.. oracle.Client.Stats(line).Select(static stat => stat.Key)];
    }
}
