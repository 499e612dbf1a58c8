using System.Net;
using System.Net.Sockets;
using Larder.Hosting;
using Larder.Options;
using Larder.Protocol.Tests;
using Xunit;

namespace Larder.Fuzz;

/// <summary>
/// Aim: no command line, however mad, ends in an unhandled exception or in settings that cannot be. Method: mutated
/// command lines, cut into words at their spaces. What getopt makes of one is written out again in its longest form,
/// one option a word, which must mean the same; a refusal has one of memcached's exit codes and says something;
/// settings lie in their ranges, and lead to listeners or to a refusal.
/// </summary>
public class OptionFuzz
{
    private static readonly int[] s_exitCodes = [0, 1, 64, 71];

    private static readonly string[] s_corpus =
    [
        "-p 11311 ", "-p -1 ", "-p 0 -s /run/x ", "--port=0 ", "-U 0 ", "-U 7 -p 0 ", "-U -1 ", "-s /run/x -a 0770 ",
        "--unix-mask=777 ",
        "-l 127.0.0.1,[::1]:11311 ", "-l *:5 ", "-l unix:/run/x,notls:tag_a_:10.0.0.1:7 ", "--listen=localhost ",
        "-m 64 ", "-m 1024m ", "-I 2m ", "-I 1k ", "-c 1024 ", "-c0 ", "-t 4 ", "-R 20 ", "-b 1024 ", "-vvm64 ",
        "-vvv ", "-d ", "-r ", "-k ", "-u root ", "-P /run/pid ", "-f 1.25 ", "-n 48 ", "-L ", "-D : ", "-C ",
        "-B ascii ", "-B auto ", "-F ", "-X ", "-W ", "-N 4 ", "-A ", "-M ", "-h ", "-V ", "-i ", "-- ", "operand ",
        "--conn-limit 5 ", "--memory 5 ", "--disable ", "--enable-shutdown=1 ", "-o ", "-o maxconns_fast ",
        "-o hashpower=20,no_modern ", "-o idle_timeout=5,drain_timeout=9,driver=queue,workers=3,trigger=level ",
        "-o slab_automove=1,slab_automove_ratio=0.8,slab_automove_window=30,track_sizes ", "-o ext_path=/x:1G ",
        "-o hot_lru_pct=20,warm_lru_pct=40,hot_max_factor=0.2,temporary_ttl=60 ", "-o lru_crawler_sleep=100 ",
        "-o worker_logbuf_size=64,read_buf_mem_limit=8,slab_chunk_max=512,tail_repair_time=10 ", "-o =,=, ",
        "-S ", "-Y /x ", "-B binary ",
        "-o sasl_pwdb=/x,auth_timeout=5,auth_commands=9,auth_bytes=300,auth_threads=3,auth_queue=1 ",
    ];

    [Fact]
    public void Command_line_is_understood_or_refused_but_never_an_accident() => FuzzRun.Run(s_corpus, input =>
    {
        string[] args = Bytes.Text(input).Replace("\0", "", StringComparison.Ordinal).Split(' ');
        CheckLongForm(args);

        (CacheSettings? settings, OptionExit? exit) = CacheArguments.Parse("memcached", args);
        Assert.NotEqual(settings is null, exit is null);
        exit ??= ListenResolver.Apply(settings!, LookUp);
        if (exit is not null)
        {
            Assert.Contains(exit.Code, s_exitCodes);
            Assert.Equal(exit.Code == 0, exit.IsAnswer);
            Assert.NotEmpty(exit.Text);
        }
        else
        {
            CheckRanges(settings!);
        }
    });

    private static void CheckLongForm(string[] args)
    {
        OptionMatch[] matches = [.. GetOpt.Parse(args, CacheOptionTable.All)];
        OptionMatch[] good = [.. matches.Where(static match => match.Option is not null)];
        string[] again = [.. good.SelectMany(WriteOut)];
        Assert.Equal(good, GetOpt.Parse(again, CacheOptionTable.All));
        Assert.All(matches[..Math.Max(0, matches.Length - 1)], static match => Assert.Null(match.Error));
    }

    /// <summary>The words that say one option, its value apart.</summary>
    private static string[] WriteOut(OptionMatch match)
    {
        string name = match.Option!.Long is { } text ? $"--{text}" : $"-{match.Option.Letter}";
        return match.Option.TakesValue ? [name, match.Value] : [name];
    }

    private static void CheckRanges(CacheSettings settings)
    {
        Assert.InRange(settings.Port, -1, 65535);
        Assert.InRange(settings.Server.ConnectionsMax, 1, int.MaxValue);
        Assert.InRange(settings.Server.Threads, 1, int.MaxValue);
        Assert.InRange(settings.Server.Workers, 0, int.MaxValue);
        Assert.InRange(settings.Server.RequestsPerTurnMax, 1, int.MaxValue);
        Assert.InRange(settings.Server.ListenBacklog, 0, int.MaxValue);
        Assert.InRange(settings.Server.ItemSizeMax, 1024, settings.Server.MemoryLimit / 2);
        Assert.InRange(settings.Server.IdleTimeout, TimeSpan.Zero, TimeSpan.FromSeconds(int.MaxValue));
        Assert.InRange(settings.DrainTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        Assert.True(settings.Server.HashPower is 0 or (>= 12 and <= 32));
        Assert.InRange(settings.UdpPort, -1, 65535);
        Assert.InRange(settings.Server.DatagramAnswerMax, 1024, 64 << 20);
        Assert.True(settings.Server.UnixSocketPath is not null
            || settings.Server.TcpEndpoints.Count + settings.Server.UdpEndpoints.Count > 0);
        Assert.All(settings.Notes.Concat(settings.Warnings), Assert.NotEmpty);
    }

    private static IPAddress[] LookUp(string host) => host.Length > 255
        ? throw new ArgumentOutOfRangeException(nameof(host))
        : host.Length % 2 == 0 ? [IPAddress.Loopback] : throw new SocketException((int)SocketError.HostNotFound);
}
