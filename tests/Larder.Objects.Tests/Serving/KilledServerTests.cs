using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Larder.Objects.Tests.Support;
using Xunit.Sdk;

namespace Larder.Objects.Tests.Serving;

/// <summary>
/// Aim: kill -9 at any moment of concurrent PUTs leaves only whole objects that were sent, every one that was answered
/// 201, and no temporary file after the next start.
/// Method: a server in a process of its own is killed again and again after a random number of answers; each path has
/// one writer, whose bodies tell their number and follow from it, so that any mixture shows.
/// </summary>
public sealed class KilledServerTests
{
    private const int Rounds = 4;
    private const int Writers = 4;
    private const int PathsOfWriter = 3;

    private readonly ConcurrentDictionary<string, (int Sent, int Answered)> _numbers = new();
    private int _answers;
    private int _cut; // writers whose server was killed under them

    private static byte[] Body(string path, int number)
    {
        var random = new Random(number);
        byte[] filler = new byte[random.Next(200_000)];
        random.NextBytes(filler);
        string head = string.Create(CultureInfo.InvariantCulture, $"{path} {number}\n");
        return [.. Encoding.ASCII.GetBytes(head), .. filler];
    }

    [Fact]
    public void Killed_server_leaves_whole_objects_and_all_that_were_answered()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string root = Directory.CreateTempSubdirectory("larder-objects-").FullName;
        Directory.CreateDirectory(Path.Join(root, "dev1"));
        for (int round = 0; round < Rounds; round++)
        {
            Run(root, random.Next(1, 120));
            Check(root);
        }
        using var store = new TestStore(root: root); // and removes the folder
        Until.True(() => !Array.Exists(store.Files(), file => file.Contains(".larder-", StringComparison.Ordinal)),
            "temporary files are swept");
        Check(root);
        Assert.NotEmpty(_numbers);
        Assert.True(_cut >= Rounds, "the server ended before it was killed");
    }

    private void Run(string root, int answers)
    {
        string portFile = Path.Join(root, ServeUntilKilled.PortFile);
        File.Delete(portFile);
        _answers = 0;
        using Process server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList =
            {
                "-explicit", "only",
                "-method", $"*.{nameof(ServeUntilKilled)}.{nameof(ServeUntilKilled.Until_input_ends)}",
            },
            RedirectStandardInput = true, // ends with us: no server is left behind
            RedirectStandardOutput = true,
            Environment = { [ServeUntilKilled.RootVariable] = root },
        })!;
        try
        {
            Until.True(() => File.Exists(portFile) || server.HasExited, "it listens", RawClient.DeadlineMs * 3);
            var address = new IPEndPoint(
                IPAddress.Loopback, int.Parse(File.ReadAllText(portFile), CultureInfo.InvariantCulture));
            Thread[] writers = [.. Enumerable.Range(0, Writers).Select(n => new Thread(() => Write(address, n)))];
            Array.ForEach(writers, writer => writer.Start());
            Until.True(() => Volatile.Read(ref _answers) >= answers, "so many were answered", RawClient.DeadlineMs * 3);
            server.Kill();
            Array.ForEach(writers, writer => writer.Join());
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill();
            }
            server.WaitForExit();
        }
    }

    /// <summary>Stores one body after the other until the server is gone.</summary>
    private void Write(IPEndPoint address, int writer)
    {
        try
        {
            using var client = new RawClient(address);
            for (int i = 0; ; i++)
            {
                string path = $"/dev1/{i % 2}/{writer}-{i % PathsOfWriter}";
                (int sent, int answered) = _numbers.GetValueOrDefault(path);
                sent++;
                _numbers[path] = (sent, answered);
                if (client.Put(path, Body(path, sent)).Status != 201)
                {
                    return;
                }
                _numbers[path] = (sent, sent);
                Interlocked.Increment(ref _answers);
            }
        }
        catch (Exception gone) when (gone is IOException or System.Net.Sockets.SocketException or XunitException)
        {
            Interlocked.Increment(ref _cut); // the server was killed: what was on its way is unanswered
        }
    }

    private void Check(string root)
    {
        foreach ((string path, (int sent, int answered)) in _numbers)
        {
            string file = Path.Join(root, path);
            if (!File.Exists(file))
            {
                Assert.True(answered == 0, $"{path} was answered and is missing");
                continue;
            }
            byte[] found = File.ReadAllBytes(file);
            string head = Encoding.ASCII.GetString(found, 0, found.AsSpan().IndexOf((byte)'\n'));
            int number = int.Parse(head[(head.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            Assert.InRange(number, Math.Max(answered, 1), sent);
            Assert.True(found.AsSpan().SequenceEqual(Body(path, number)), $"{path} {number} is not what was sent");
        }
    }
}
