using System.Globalization;
using System.Net;
using Larder.Events.Tls;
using Larder.Objects.Devices;
using Larder.ObjectStore;
using Larder.Options;
using Larder.Protocol.Http;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.ObjectStore;

/// <summary>Aim: cmogstored's command line and config files, word for word where scripts depend on it.</summary>
public sealed class StoreArgumentsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Root => _folder.Combine("root");

    public StoreArgumentsTests() => Directory.CreateDirectory(Root);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("7500", "0.0.0.0:7500")]
    [InlineData(":7500", "0.0.0.0:7500")]
    [InlineData("10.0.0.5:0", "10.0.0.5:0")]
    [InlineData("[::1]:7500", "[::1]:7500")]
    [InlineData("", null)]
    [InlineData(":", null)]
    [InlineData("65536", null)]
    [InlineData("-1", null)]
    [InlineData("7500x", null)]
    [InlineData("localhost:7500", null)]
    [InlineData("127.1:7500", null)]
    [InlineData("::1:7500", null)]
    [InlineData("[127.0.0.1]:7500", null)]
    public void Address_is_numeric_with_a_port(string text, string? expected) =>
        Assert.Equal(expected, ListenText.Read(text)?.ToString());

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("17", 17L)]
    [InlineData("2k", 2048L)]
    [InlineData("3M", 3L << 20)]
    [InlineData("5G", 5L << 30)]
    [InlineData("1T", 1L << 40)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775807K", null)]
    [InlineData("", null)]
    [InlineData("K", null)]
    [InlineData("-1", null)]
    [InlineData("1.5G", null)]
    public void Size_may_have_a_letter_behind(string text, long? expected) =>
        Assert.Equal(expected, SizeText.Read(text));

    [Theory]
    [InlineData(true, "0.0.0.0:7500", "0.0.0.0:7501")]
    [InlineData(false, "127.0.0.1:7500", "127.0.0.1:7501")]
    public void Without_a_listener_there_are_two(bool isCmogstored, string http, string sideChannel)
    {
        ServiceSettings service = Read(isCmogstored, $"--docroot={Root}").Services[0];

        Assert.Equal([IPEndPoint.Parse(http)], service.Http);
        Assert.Empty(service.HttpGet);
        Assert.Equal([IPEndPoint.Parse(sideChannel)], service.SideChannel);
    }

    [Theory]
    [InlineData("--httplisten=1", "0.0.0.0:1", "", "")]
    [InlineData("--mgmtlisten=1", "", "", "0.0.0.0:1")]
    [InlineData("--httpgetlisten=1", "", "0.0.0.0:1", "")]
    [InlineData("--httplisten=1 --server=none", "", "", "")]
    [InlineData("--server=none", "", "", "0.0.0.0:7501")]
    [InlineData("--httplisten=1 --httplisten=[::1]:2", "0.0.0.0:1 [::1]:2", "", "")]
    public void One_listener_is_all_that_there_is(string words, string http, string httpGet, string sideChannel)
    {
        ServiceSettings service = Read(true, [$"--docroot={Root}", .. words.Split(' ')]).Services[0];

        Assert.Equal(http, string.Join(' ', service.Http));
        Assert.Equal(httpGet, string.Join(' ', service.HttpGet));
        Assert.Equal(sideChannel, string.Join(' ', service.SideChannel));
    }

    [Fact]
    public void Values_reach_the_settings()
    {
        StoreSettings settings = Read(
            false,
            $"--docroot={Root}", "-d", "-s", "--multi", $"--pidfile={Root}/pid", "--maxconns=7", "--worker-processes=3",
            "--names=wide", "--sync=group", "--reserve=1G", "--readonly", "--digests=md5", "--follow-links",
            "--check-reads", "--scrub=3M",
            "--hot-files=0", "--hot-bytes=5K", "--workers=4", "--idle=60", "--drain=5", "--server=perlbal",
            "--head-timeout=7", "--pace-period=8", "--pace-bytes=9");
        ServiceSettings service = settings.Services[0];

        Assert.True(settings.IsDaemon);
        Assert.Equal($"{Root}/pid", settings.PidFile);
        Assert.Equal((7, 3), (settings.ConnectionsMax, settings.WorkerProcesses));
        Assert.Equal(TimeSpan.FromSeconds(5), settings.DrainTimeout);
        Assert.Equal(["server=perlbal: HTTP is served by this process"], settings.Warnings);
        Assert.Equal((HttpNames.Wide, SyncPolicy.Group, 1L << 30), (service.Names, service.Sync, service.ReserveBytes));
        Assert.True(service is { IsReadOnly: true, AlwaysMd5: true, FollowsLinks: true });
        Assert.True(service.VerifiesReads);
        Assert.Equal(3L << 20, service.ScrubBytes);
        Assert.Equal((0, 5120L, 4), (service.HotFiles, service.HotBytes, service.Workers));
        Assert.Equal(TimeSpan.FromMinutes(1), service.IdleTimeout);
        Assert.Equal((7, 8, 9), (service.HeadTimeout.Seconds, service.PacePeriod.Seconds, service.PaceBytes));
    }

    [Fact]
    public void Tls_is_what_line_and_file_say_of_it()
    {
        string config = Config(
            "a", $"docroot={Root}\nhttpslisten=1\ntls-cert=/f/cert\ntls-key=/f/key\ntls-ca=/f/ca\ntls-verify=require\n"
                + "tls-min=1.3\ntls-ciphers=A:B\nhttpsgetlisten=[::1]:2");

        ServiceSettings service = Read(true, $"--config={config}").Services[0];
        Assert.Equal("0.0.0.0:1", string.Join(' ', service.Https));
        Assert.Equal("[::1]:2", string.Join(' ', service.HttpsGet));
        Assert.True(service.ServesTls);
        Assert.Empty(service.Http);
        Assert.Equal(("/f/cert", "/f/key", "/f/ca"),
            (service.Tls!.CertificateFile, service.Tls.KeyFile, service.Tls.AuthorityFile));
        Assert.Equal((TlsVerify.Require, TlsVersion.Tls13, "A:B"),
            (service.Tls.Verify, service.Tls.MinVersion, service.Tls.Ciphers));

        service = Read(
            true, $"--config={config}", "--tls-cert=c", "--tls-verify=request", "--tls-min=1.2", "--httpslisten=3")
            .Services[0];
        Assert.Equal("0.0.0.0:3", string.Join(' ', service.Https));
        Assert.Equal(Path.GetFullPath("c"), service.Tls!.CertificateFile);
        Assert.Null(service.Tls.KeyFile); // the file's belongs to another certificate
        Assert.Equal((TlsVerify.Request, TlsVersion.Tls12), (service.Tls.Verify, service.Tls.MinVersion));
        Assert.Empty(Read(true, $"--config={config}", "--server=none").Services[0].Https);
        Assert.Equal(TlsVerify.None, Read(
            true, $"--docroot={Root}", "--tls-cert=c", "--tls-verify=none").Services[0].Tls!.Verify);
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData("3", 3)]
    [InlineData("0", 10)]
    [InlineData("-1", 10)]
    [InlineData("soon", 10)]
    [InlineData("99999999", 86_400)]
    public void Usage_is_written_as_often_as_the_environment_says(string? text, int expected)
        => Assert.Equal(expected, ServiceSettings.UsagePeriodOf(text).TotalSeconds);

    [Theory]
    [InlineData(0, 10)]
    [InlineData(3, 30)]
    [InlineData(20, 100)]
    public void Threads_follow_the_devices(int devices, int expected)
    {
        for (int i = 1; i <= devices; i++) Directory.CreateDirectory($"{Root}/dev{i}");
        Directory.CreateDirectory($"{Root}/dev01");

        Assert.Equal(expected, Read(true, $"--docroot={Root}").Services[0].Workers);
    }

    [Theory]
    [InlineData("--foo", "cmogstored: unrecognized option '--foo'", 64)]
    [InlineData("-x", "cmogstored: invalid option -- 'x'", 64)]
    [InlineData("-h", "cmogstored: invalid option -- 'h'", 64)]
    [InlineData("--docroot", "cmogstored: option '--docroot' requires an argument", 64)]
    [InlineData("--daemonize=1", "cmogstored: option '--daemonize' doesn't allow an argument", 64)]
    [InlineData("word", "cmogstored: Too many arguments", 64)]
    [InlineData("-- -d", "cmogstored: Too many arguments", 64)]
    [InlineData("--maxconns=x", "cmogstored: invalid maxconns=x: it must be a number from 1 to 1073741823", 1)]
    [InlineData("--drain=-1", "cmogstored: invalid drain=-1: it must be a number from 0 to 86400", 1)]
    [InlineData("--workers=0", "cmogstored: invalid workers=0: it must be a number from 1 to 1024", 1)]
    [InlineData("--head-timeout=0", "cmogstored: invalid head-timeout=0: it must be a number from 1 to 86400", 1)]
    [InlineData("--worker-processes=257",
        "cmogstored: invalid worker-processes=257: it must be a number from 0 to 256", 1)]
    [InlineData("--hot-files=1000001", "cmogstored: invalid hot-files=1000001: it must be a number from 0 to 1000000",
        1)]
    [InlineData("--names=long", "cmogstored: invalid names=long: it must be narrow or wide", 1)]
    [InlineData("--sync=always", "cmogstored: invalid sync=always: it must be none or data or group", 1)]
    [InlineData("--digests=sha1", "cmogstored: invalid digests=sha1: it must be crc32c or md5", 1)]
    [InlineData("--scrub=fast", "cmogstored: invalid scrub=fast: it must be BYTES, or with K, M, G or T behind", 1)]
    [InlineData("--reserve=much", "cmogstored: invalid reserve=much: it must be BYTES, or with K, M, G or T behind", 1)]
    [InlineData("--server=apache", "cmogstored: invalid server=apache: it must be perlbal or none", 1)]
    [InlineData("--httplisten=host:1",
        "cmogstored: invalid httplisten=host:1: it must be [IP:]PORT with a numeric address, [IPv6]:PORT", 1)]
    [InlineData("--docroot=/ --httpslisten=1", "cmogstored: httpslisten and httpsgetlisten need tls-cert", 1)]
    [InlineData("--tls-min=1.1", "cmogstored: invalid tls-min=1.1: it must be 1.2 or 1.3", 1)]
    [InlineData("--tls-verify=2", "cmogstored: invalid tls-verify=2: it must be none or request or require", 1)]
    [InlineData("--docroot=/no/such", "cmogstored: docroot=/no/such is no folder", 1)]
    [InlineData("--config=/no/such", "cmogstored: invalid (or duplicate) config=/no/such", 1)]
    [InlineData("--config=/proc", "cmogstored: config=/proc cannot be read: Access to the path '/proc' is denied.", 1)]
    public void Mistake_is_told_and_ends_with_its_code(string words, string expected, int code)
    {
        OptionExit exit = Refuse(words.Split(' '));

        string hint = code == 64
            ? "\nTry 'cmogstored --help' or 'cmogstored --usage' for more information." : "";
        Assert.Equal(new OptionExit(expected + hint, code), exit);
    }

    [Theory]
    [InlineData("-?", "Usage: cmogstored [OPTION...]\n")]
    [InlineData("--help", "Usage: cmogstored [OPTION...]\n")]
    [InlineData("--usage", "Usage: cmogstored [-d?V] [--config=FILE]")]
    [InlineData("-V", "cmogstored 0.")]
    [InlineData("--ver", "cmogstored 0.")]
    public void Question_is_answered(string word, string start)
    {
        OptionExit exit = Refuse([word]);

        Assert.StartsWith(start, exit.Text, StringComparison.Ordinal);
        Assert.EndsWith("\n", exit.Text, StringComparison.Ordinal);
        Assert.Equal((0, true), (exit.Code, exit.IsAnswer));
        Assert.All(exit.Text.Split('\n')[2..], static line => Assert.True(line.Length <= 84, line));
    }

    [Fact]
    public void Every_option_that_is_not_hidden_stands_in_the_help()
    {
        string help = Refuse(["--help"]).Text;

        Assert.All(
            StoreOptionTable.All,
            option => Assert.Equal(
                option.Group != StoreOptionGroup.Hidden || option.Letter == 'h',
                help.Contains($" --{option.Name}", StringComparison.Ordinal)));
    }

    [Fact]
    public void File_and_line_together_mean_what_the_line_says()
    {
        string other = _folder.Combine("other name");
        Directory.CreateSymbolicLink(other, Root);
        string config = Config(
            "a", $"# comment\ndocroot = {other}\nhttplisten=127.0.0.1:1 # here\nmgmtlisten = 2\nmaxconns = 5\n"
                + "serverbin=x\nunknown = 3\nnonsense\n"
                + "[section]\nsync = data\nidle = 4\ndaemonize = 0\nreadonly\npidfile ="
                + $" {Root}/pid");

        StoreSettings settings = Read(
            true, $"--config={config}", $"--docroot={Root}", "--httplisten=3", "--maxconns=6",
            $"--pidfile={other}/pid");
        ServiceSettings service = settings.Services[0];

        Assert.Equal(Root, service.Root);
        Assert.Equal("0.0.0.0:3", string.Join(' ', service.Http));
        Assert.Equal("0.0.0.0:2", string.Join(' ', service.SideChannel));
        Assert.Equal((11, $"{other}/pid"), (settings.ConnectionsMax, settings.PidFile));
        Assert.Equal((SyncPolicy.Data, TimeSpan.FromSeconds(4), true), (service.Sync, service.IdleTimeout,
            service.IsReadOnly));
        Assert.False(settings.IsDaemon);
        Assert.Equal(["serverbin=x ignored: HTTP is served by this process"], settings.Warnings);
    }

    [Theory]
    [InlineData("daemonize", true)]
    [InlineData("daemonize = 1", true)]
    [InlineData("daemonize=1", true)]
    [InlineData("daemonize = 0", false)]
    [InlineData("daemonize = yes", false)]
    [InlineData("daemonized", false)]
    [InlineData("#daemonize", false)]
    public void File_makes_a_daemon_in_both_notations(string line, bool expected)
    {
        string config = Config("a", $"docroot={Root}\n{line}");

        Assert.Equal(expected, Read(true, $"--config={config}").IsDaemon);
    }

    [Fact]
    public void Paths_that_contradict_each_other_are_refused()
    {
        Directory.CreateDirectory(_folder.Combine("b"));
        string config = Config("a", $"docroot={Root}\npidfile=/x");

        Assert.Equal(
            $"cmogstored: conflicting path values for docroot: {_folder.Combine("b")} and {Root}",
            Refuse([$"--config={config}", $"--docroot={_folder.Combine("b")}"]).Text);
        Assert.Equal(
            "cmogstored: conflicting path values for pidfile: /y and /x",
            Refuse([$"--config={config}", "--pidfile=/y"]).Text);
    }

    [Fact]
    public void Several_files_are_several_services()
    {
        Directory.CreateDirectory(_folder.Combine("b"));
        string one = Config("1", $"docroot={Root}\nhttplisten=1\nmaxconns=5");
        string two = Config("2", $"docroot={_folder.Combine("b")}\nmgmtlisten=2\nmaxconns=6");

        StoreSettings settings = Read(true, $"--config={one}", "--multi", $"--config={two}", "--sync=data");

        Assert.Equal([Root, _folder.Combine("b")], settings.Services.Select(static each => each.Root));
        Assert.Equal(11, settings.ConnectionsMax);
        Assert.All(settings.Services, static each => Assert.Equal(SyncPolicy.Data, each.Sync));
    }

    [Fact]
    public void Several_files_that_are_not_whole_are_refused()
    {
        string good = Config("1", $"docroot={Root}\nhttplisten=1");
        string rootless = Config("2", "httplisten=2");
        string deaf = Config("3", $"docroot={Root}");
        string wrong = Config("4", "maxconns=x");
        string bare = Config("5", $"docroot={Root}\nhttpslisten=1");

        Assert.Equal(
            $"cmogstored: invalid (or duplicate) config={good}",
            Refuse([$"--config={good}", "--multi", $"--config={good}"]).Text);
        Assert.Equal(
            "cmogstored: several --config need --multi", Refuse([$"--config={good}", $"--config={deaf}"]).Text);
        Assert.Equal(
            $"cmogstored: no docroot in config={rootless}",
            Refuse(["--multi", $"--config={good}", $"--config={rootless}"]).Text);
        Assert.Equal(
            $"cmogstored: no httplisten or mgmtlisten in config={deaf}",
            Refuse(["--multi", $"--config={good}", $"--config={deaf}"]).Text);
        Assert.Equal(
            $"cmogstored: httpslisten and httpsgetlisten need tls-cert (config={bare})",
            Refuse(["--multi", $"--config={good}", $"--config={bare}"]).Text);
        Assert.Equal(
            $"cmogstored: {wrong}: invalid maxconns=x: it must be a number from 1 to 1073741823",
            Refuse([$"--config={wrong}"]).Text);
        Assert.Equal(
            "cmogstored: docroot and listeners belong into the files when there are several",
            Refuse(["--multi", $"--config={good}", $"--config={deaf}", "--httplisten=1"]).Text);
    }

    [Theory]
    [InlineData("--docroot=.", "docroot=.")]
    [InlineData("--pidfile=pid", "pidfile=pid")]
    [InlineData("--tls-key=key", "tls-key=key")]
    public void Daemon_needs_absolute_paths(string word, string what) =>
        Assert.Equal(
            $"cmogstored: {what} must be an absolute path with --daemonize", Refuse(["-d", word]).Text);

    private static StoreSettings Read(bool isCmogstored, params string[] args)
    {
        (StoreSettings? settings, OptionExit? exit) = StoreArguments.Parse("cmogstored", args, isCmogstored);
        Assert.Null(exit);
        return settings!;
    }

    private static OptionExit Refuse(string[] args)
    {
        (StoreSettings? settings, OptionExit? exit) = StoreArguments.Parse("cmogstored", args, true);
        Assert.Null(settings);
        return exit!;
    }

    private string Config(string name, string text)
    {
        string path = _folder.Combine(string.Create(CultureInfo.InvariantCulture, $"{name}.conf"));
        File.WriteAllText(path, text);
        return path;
    }
}
